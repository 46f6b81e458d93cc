/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config.h - a configuration space against a table
 */
#ifndef SELFTESTS_CONFIG_H
#define SELFTESTS_CONFIG_H

#include "../lib/harness.h"
#include "vfio.h"

/**
 * struct config_field - a place in the configuration space
 * @offset: where it is
 * @width: in bytes
 * @value: what it powers on with
 * @ones: what all ones leave there
 */
struct config_field {
	unsigned int offset;
	unsigned int width;
	uint32_t value;
	uint32_t ones;
};

/* All ones are left behind. */
static inline void check_config(struct __test_metadata *_metadata, int fd,
				const struct config_field *fields,
				unsigned int count)
{
	for (; count--; fields++) {
		EXPECT_EQ(fields->value,
			  config_get(fd, fields->offset, fields->width))
			TH_LOG("offset %#x", fields->offset);
		ASSERT_EQ(0, config_put(fd, fields->offset, fields->width,
					UINT32_MAX));
		EXPECT_EQ(fields->ones,
			  config_get(fd, fields->offset, fields->width))
			TH_LOG("offset %#x", fields->offset);
	}
}

#endif
