// SPDX-License-Identifier: GPL-2.0
/*
 * pcishare-lint: check policies with the parser of pcishare.ko.
 */
#include <errno.h>
#include <getopt.h>

#include "../../pcishare/policy/policy.h"

#include "pcishare-replay.h"

#define MESSAGES	1000

static const char usage[] =
	"usage: pcishare-lint [-u] [FILE]...\n"
	"       pcishare-lint -s TRACE FILE\n"
	"\n"
	"Check policies of pcishare; standard input without a FILE or for -. Prints\n"
	"  file:line:column: error|warning: message\n"
	"and exits with 1 if there were errors, 0 if not, 2 if a file cannot be read.\n"
	"\n"
	"  -u    what this version of pcishare does not do is an error, too\n"
	"  -s    print what the policy would make of each access of TRACE, which is\n"
	"        text of the tracepoint pcishare:pcishare_access, without a device\n";

/**
 * struct options - what is to be done
 * @unsupported: what is not done is an error, too
 * @trace: file of a trace, or NULL
 */
struct options {
	bool unsupported;
	const char *trace;
};

static void print(const char *name, const struct pcishare_policy_log *log)
{
	unsigned int lost = log->errors + log->warnings - log->count;
	unsigned int i;

	for (i = 0; i < log->count; i++) {
		const struct pcishare_message *message = &log->messages[i];

		printf("%s:%u:%u: %s: %s\n", name, message->pos.line,
		       message->pos.column, message->error ? "error" : "warning",
		       message->text);
	}
	if (lost)
		printf("%s: and %u more\n", name, lost);
}

static int replay(const struct pcishare_policy *policy, const char *name)
{
	FILE *trace = strcmp(name, "-") ? fopen(name, "r") : stdin;
	int ret;

	if (!trace) {
		fprintf(stderr, "pcishare-lint: %s: %s\n", name, strerror(errno));
		return 2;
	}
	ret = pcishare_replay(policy, trace);
	if (trace != stdin)
		fclose(trace);
	return ret;
}

static int check(const char *name, const char *text, size_t len,
		 const struct options *options)
{
	static struct pcishare_message messages[MESSAGES];
	struct pcishare_policy_log log = { .messages = messages, .size = MESSAGES };
	struct pcishare_policy *policy = pcishare_policy_parse(text, len, &log);
	int ret;

	if (policy && options->unsupported)
		pcishare_policy_unsupported(policy, &log);
	print(name, &log);
	ret = log.errors ? 1 : 0;
	if (policy && !ret && options->trace)
		ret = replay(policy, options->trace);
	pcishare_policy_free(policy);
	return ret;
}

/* One byte more than there may be, so that too long a policy is seen to be. */
static int check_file(const char *name, const struct options *options)
{
	static char text[PCISHARE_POLICY_SIZE_MAX + 1];
	FILE *file = strcmp(name, "-") ? fopen(name, "r") : stdin;
	size_t len = 0;
	int failed = 1;

	if (file) {
		len = fread(text, 1, sizeof(text), file);
		failed = ferror(file);
	}
	if (failed)
		fprintf(stderr, "pcishare-lint: %s: %s\n", name, strerror(errno));
	if (file && file != stdin)
		fclose(file);
	return failed ? 2 : check(name, text, len, options);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	int option, i, worst = 0;

	while ((option = getopt(argc, argv, "hs:u")) != -1) {
		switch (option) {
		case 's':
			options.trace = optarg;
			break;
		case 'u':
			options.unsupported = true;
			break;
		default:
			fputs(usage, option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	if (options.trace && optind != argc - 1) {
		fputs(usage, stderr);
		return 2;
	}
	if (optind == argc)
		return check_file("-", &options);
	for (i = optind; i < argc; i++) {
		int status = check_file(argv[i], &options);

		if (status > worst)
			worst = status;
	}
	return worst;
}
