/* SPDX-License-Identifier: GPL-2.0 */
/*
 * record.h - a stream of numbered records, some of which may be missing
 *
 * A port that is taken away takes some bytes with it, wherever that cuts the
 * stream. Each byte tells its place in its record, and each record its number, so
 * that a reader finds where it goes on, how often something was missing, and
 * whether anything came twice or too late.
 */
#ifndef SELFTESTS_RECORD_H
#define SELFTESTS_RECORD_H

#include <stdint.h>

#define RECORD_BYTES	16

/* For two halves of different records not to be taken for one. */
static inline uint32_t record_check(uint32_t number)
{
	return (number ^ 0x5eed) * 0x9e3779b1;
}

/**
 * record_make() - make a record
 * @buf: RECORD_BYTES, filled
 * @number: of the record
 */
static inline void record_make(unsigned char *buf, uint32_t number)
{
	uint64_t word = (uint64_t)record_check(number) << 32 | number;
	unsigned int i;

	for (i = 0; i < RECORD_BYTES; i++)
		buf[i] = i << 4 | ((word >> 4 * i) & 0xf);
}

/**
 * struct record_reader - what a reader has found
 * @next: number of the next record
 * @gaps: how often it was another
 * @late: how many had come already, or should have come before others
 * @place: of the next byte in its record
 * @word: what the bytes before it make
 */
struct record_reader {
	uint32_t next;
	unsigned int gaps;
	unsigned int late;
	unsigned int place;
	uint64_t word;
};

static inline void record_complete(struct record_reader *reader)
{
	uint32_t number = reader->word;

	/* Halves of two: the next one shows that something is missing. */
	if (reader->word >> 32 != record_check(number))
		return;
	if (number < reader->next)
		reader->late++;
	else if (number > reader->next)
		reader->gaps++;
	reader->next = number + 1;
}

/**
 * record_read() - read the next bytes of a stream
 * @reader: the reader, zeroed before the first ones
 * @buf: the bytes
 * @count: how many
 */
static inline void record_read(struct record_reader *reader,
			       const unsigned char *buf, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		unsigned int place = buf[i] >> 4;

		if (place != reader->place) {
			reader->place = 0;
			reader->word = 0;
			if (place)
				continue;
		}
		reader->word |= (uint64_t)(buf[i] & 0xf) << 4 * place;
		if (++reader->place < RECORD_BYTES)
			continue;
		record_complete(reader);
		reader->place = 0;
		reader->word = 0;
	}
}

#endif
