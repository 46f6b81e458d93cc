// SPDX-License-Identifier: GPL-2.0
/*
 * The parser says of texts in the module what it says here, in the file of debugfs
 * where an author of policies finds it; and none of these texts replaces a policy.
 */
#include "../lib/harness.h"
#include "edu.h"
#include "policy-cases.h"
#include "vfio.h"

#define DIRECTORY	"/lib/firmware/pcishare"
#define NAME		"case.policy"
#define SAID		"/sys/kernel/debug/pcishare/policy_log"

/* Longer than all that is said of any text. */
#define SIZE		8192

FIXTURE(complaints) {
	char address[16];
	char wanted[SIZE];
	char said[SIZE];
};

FIXTURE_SETUP(complaints)
{
	ASSERT_EQ(0, pci_find(EDU_VENDOR, EDU_DEVICE, self->address));
}

FIXTURE_TEARDOWN(complaints)
{
	unlink(DIRECTORY "/" NAME);
}

/* Return: 0 or -errno. */
static int write_text(const struct complaints *group, const struct complaint *one)
{
	FILE *file = fopen(DIRECTORY "/" NAME, "we");

	if (!file)
		return -errno;
	fprintf(file, "%s%s%s", group->head, one->text, group->tail ?: "");
	return fclose(file) ? -errno : 0;
}

/* As pcishare-lint, with the name of the file. */
static void want(const char *said, char *wanted)
{
	const char *end;

	wanted[0] = '\0';
	for (; *said; said = end + 1) {
		end = strchrnul(said, '\n');
		sprintf(wanted + strlen(wanted), NAME ":%.*s\n", (int)(end - said), said);
		if (!*end)
			break;
	}
}

static int read_said(char *said)
{
	FILE *file = fopen(SAID, "re");

	if (!file)
		return -errno;
	said[fread(said, 1, SIZE - 1, file)] = '\0';
	fclose(file);
	return 0;
}

/*
 * Is all of it said? Of a text without errors there is more: what it says of the device
 * is not so, which is among it by its line.
 */
static bool is_said(const char *wanted, const char *said)
{
	const char *end;
	char line[512];

	if (!*wanted || strstr(wanted, ": error: "))
		return !*wanted || !strcmp(wanted, said);
	for (; *wanted; wanted = end + 1) {
		end = strchr(wanted, '\n');
		snprintf(line, sizeof(line), "%.*s", (int)(end - wanted) + 1, wanted);
		if (!strstr(said, line))
			return false;
	}
	return true;
}

TEST_F(complaints, are_those_of_lint)
{
	unsigned int i, k, count = 0;

	for (i = 0; i < ARRAY_SIZE(complaints); i++) {
		for (k = 0; k < complaints[i].count; k++) {
			const struct complaint *one = &complaints[i].cases[k];

			/* The firmware loader takes nothing for no file. */
			if (!*complaints[i].head && !*one->text)
				continue;
			ASSERT_EQ(0, write_text(&complaints[i], one));
			/* It does not fit this device, if nothing else. */
			EXPECT_EQ(-EINVAL, sysfs_put(pcishare_path(self->address, "policy"),
						     NAME)) {
				TH_LOG("of: %s", one->text);
			}
			want(one->said, self->wanted);
			ASSERT_EQ(0, read_said(self->said));
			EXPECT_TRUE(is_said(self->wanted, self->said)) {
				TH_LOG("of: %s\nwanted: %s\nsaid: %s", one->text,
				       self->wanted, self->said);
			}
			count++;
		}
	}
	TH_LOG("%u texts", count);
	EXPECT_TRUE(sysfs_is(pcishare_path(self->address, "policy"), "1234-11e8.policy"));
}

TEST_HARNESS_MAIN
