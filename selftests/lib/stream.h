/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stream.h - bytes and message sizes from a seed
 *
 * Both ends of a transfer make the same stream from the same seed, so that
 * the receiver checks each byte with nothing to compare it with. Used by the
 * far end outside the test VM and by programs inside.
 */
#ifndef DEVSHARE_STREAM_H
#define DEVSHARE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_XON	0x11
#define STREAM_XOFF	0x13
#define STREAM_MESSAGE_MAX	4096u

/**
 * struct stream - state of one generator
 * @state: of xorshift64*; never 0
 * @word: bytes not yet handed out, lowest first
 * @left: how many of them
 * @no_flow_bytes: leave out XON and XOFF, for wires where they mean something
 */
struct stream {
	uint64_t state;
	uint64_t word;
	unsigned int left;
	bool no_flow_bytes;
};

/**
 * stream_init() - start the stream of a seed
 * @s: generator
 * @seed: any number; different ones give unrelated streams
 * @no_flow_bytes: leave out XON and XOFF
 */
static inline void stream_init(struct stream *s, uint64_t seed, bool no_flow_bytes)
{
	/* One step of splitmix64, which spreads small seeds over all bits. */
	seed += 0x9e3779b97f4a7c15ull;
	seed = (seed ^ (seed >> 30)) * 0xbf58476d1ce4e5b9ull;
	seed = (seed ^ (seed >> 27)) * 0x94d049bb133111ebull;
	seed ^= seed >> 31;
	s->state = seed ? seed : 1;
	s->word = 0;
	s->left = 0;
	s->no_flow_bytes = no_flow_bytes;
}

/**
 * stream_word() - next 64 random bits (xorshift64*)
 * @s: generator
 */
static inline uint64_t stream_word(struct stream *s)
{
	s->state ^= s->state >> 12;
	s->state ^= s->state << 25;
	s->state ^= s->state >> 27;
	return s->state * 0x2545f4914f6cdd1dull;
}

/**
 * stream_pick() - one of some numbers
 * @s: generator
 * @count: how many: 0 to @count - 1
 */
static inline unsigned int stream_pick(struct stream *s, unsigned int count)
{
	/* The upper bits are the better ones. */
	return (stream_word(s) >> 16) % count;
}

/**
 * stream_byte() - next byte of the stream
 * @s: generator
 */
static inline uint8_t stream_byte(struct stream *s)
{
	uint8_t byte;

	do {
		if (!s->left) {
			s->word = stream_word(s);
			s->left = 8;
		}
		byte = s->word;
		s->word >>= 8;
		s->left--;
	} while (s->no_flow_bytes && (byte == STREAM_XON || byte == STREAM_XOFF));
	return byte;
}

/**
 * stream_fill() - next bytes of the stream
 * @s: generator
 * @buf: where they go
 * @len: how many
 */
static inline void stream_fill(struct stream *s, void *buf, size_t len)
{
	uint8_t *p = buf;

	while (len--)
		*p++ = stream_byte(s);
}

/**
 * stream_size() - a message size from 1 to STREAM_MESSAGE_MAX
 * @s: generator, another one than that of the bytes
 *
 * Half of the sizes are below 64, where the edges are; the rest is uniform.
 */
static inline size_t stream_size(struct stream *s)
{
	uint64_t word = stream_word(s) >> 16;

	return (word & 1 ? (word >> 1) % 63 : (word >> 1) % STREAM_MESSAGE_MAX) + 1;
}

#define STREAM_CHECKSUM_INIT	0xcbf29ce484222325ull

/**
 * stream_checksum() - 64-bit FNV-1a of more bytes
 * @sum: of the bytes before, or STREAM_CHECKSUM_INIT
 * @buf: bytes
 * @len: how many
 */
static inline uint64_t stream_checksum(uint64_t sum, const void *buf, size_t len)
{
	const uint8_t *p = buf;

	while (len--)
		sum = (sum ^ *p++) * 0x100000001b3ull;
	return sum;
}

#endif
