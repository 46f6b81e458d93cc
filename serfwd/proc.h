/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SERFWD_PROC_H
#define SERFWD_PROC_H

struct seq_file;

int serfwd_proc_show(struct seq_file *m, void *unused);

#endif
