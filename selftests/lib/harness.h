/* SPDX-License-Identifier: GPL-2.0 */
/*
 * harness.h - the kernel's test harness, as all tests use it
 */
#ifndef SELFTESTS_HARNESS_H
#define SELFTESTS_HARNESS_H

/* The harness compares constants, which are int, with whatever it is given. */
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "kselftest_harness.h"
#pragma GCC diagnostic pop

/* In seconds: a debug kernel in an emulated machine takes its time. */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	300

#endif
