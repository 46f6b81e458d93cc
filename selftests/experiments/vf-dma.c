// SPDX-License-Identifier: GPL-2.0
/*
 * vf-dma: have a VF of the Intel 82576 read memory that its user was given, and
 * memory that its user was not given, and send what it read.
 *
 *   vf-dma vfio ADDRESS	the VF's registers by VFIO, which maps one page
 *   vf-dma direct ADDRESS	by resource0, as a driver without an IOMMU has them
 *   vf-dma sniff INTERFACE SECONDS	print what arrives
 *
 * Three frames are sent: "mapped" from a page that VFIO was told of, thrice; "secret"
 * from a page of another process, by its physical address; and "ring", which
 * lies in the mapped page and is named by a descriptor in a page that is not. A
 * status of 0 says that the VF was told to send all three, not that it did. The
 * VF reports completion in any case: who looks at the wire knows better.
 *
 * The registers are those that the datasheet of the 82576 has for a VF. Its PF
 * has to be up, with Linux's igb.
 */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "../pcishare/vfio.h"

/* Registers. */
#define VTCTRL		0x0000
#define VMBMEM		0x0800		/* mailbox: what is said */
#define V2PMAILBOX	0x0c40		/* and its flags */
#define TDBAL		0x3800
#define TDBAH		0x3804
#define TDLEN		0x3808
#define TDH		0x3810
#define TDT		0x3818
#define TXDCTL		0x3828
#define REGISTERS	0x4000

#define MAILBOX_REQ	0x01		/* to the PF: there is something */
#define MAILBOX_ACK	0x02		/* what the PF said was read */
#define MAILBOX_VFU	0x04		/* the buffer is the VF's */
#define MAILBOX_PFSTS	0x10		/* from the PF: there is something */
#define CTRL_RST	0x04000000
#define VF_RESET	0x01
#define MSG_TYPE	0xffff
#define MSG_ACK		0x80000000
#define MSG_CTS		0x20000000	/* the VF may say more */
#define TXDCTL_ENABLE	0x02000000

/* An advanced data descriptor of one whole frame. */
#define TXD_DATA	0x00300000
#define TXD_DEXT	0x20000000
#define TXD_EOP_IFCS	0x03000000
#define TXD_RS		0x08000000
#define TXD_PAYLEN	14

/* For experiments on one wire: IEEE's second of two. */
#define ETHERTYPE	0x88b6
#define FRAME		64
#define TEXT		32
#define PAGE		4096
#define DESCRIPTORS	8		/* 128 bytes, the least there is */
/* Where VFIO puts the page; the VF sees it there. */
#define IOVA		0x100000
/* Where frames are in a page; a ring is at its beginning. */
#define FRAME_AT	1024
#define PATIENCE_MS	5000

struct descriptor {
	uint64_t address;
	uint32_t command;
	uint32_t status;
};

/*
 * A page of memory.
 * @bus: its address for the VF
 */
struct page {
	unsigned char *memory;
	uint64_t bus;
};

static uint8_t *registers;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static void complain(const char *what)
{
	fprintf(stderr, "vf-dma: %s\n", what);
	exit(2);
}

static uint32_t get(unsigned int offset)
{
	return __atomic_load_n((uint32_t *)(registers + offset), __ATOMIC_SEQ_CST);
}

static void put(unsigned int offset, uint32_t value)
{
	__atomic_store_n((uint32_t *)(registers + offset), value, __ATOMIC_RELEASE);
}

static void nap_ms(unsigned int ms)
{
	struct timespec time = { .tv_nsec = ms * 1000000L };

	nanosleep(&time, NULL);
}

/* Physical addresses are root's to know. */
static uint64_t physical(const void *memory)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, &entry, sizeof(entry),
			    (uintptr_t)memory / PAGE * sizeof(entry)) != sizeof(entry))
		die("/proc/self/pagemap");
	close(fd);
	entry &= (1ULL << 55) - 1;
	if (!entry)
		complain("physical addresses are hidden");
	return entry * PAGE;
}

/* Shared, for a private page would be another one for its writer after a fork. */
static void page_alloc(struct page *page)
{
	page->memory = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	if (page->memory == MAP_FAILED)
		die("mmap");
	memset(page->memory, 0, PAGE);
	page->bus = physical(page->memory);
}

/* The VF's own address has to be in it, for the PF lets no other one pass. */
static void write_frame(const struct page *page, const uint8_t *from,
			const char *text)
{
	unsigned char *frame = page->memory + FRAME_AT;

	memset(frame, 0xff, ETH_ALEN);
	memcpy(frame + ETH_ALEN, from, ETH_ALEN);
	frame[12] = ETHERTYPE >> 8;
	frame[13] = ETHERTYPE & 0xff;
	snprintf((char *)frame + ETH_HLEN, TEXT, "%s", text);
}

/* Flags of what the PF has said and done are cleared by reading them. */
static bool mailbox_has(uint32_t flag)
{
	unsigned int n;

	for (n = 0; n < PATIENCE_MS / 10; n++) {
		if (get(V2PMAILBOX) & flag)
			return true;
		nap_ms(10);
	}
	return false;
}

/* The PF has it now and then, and while its own link comes up. */
static void mailbox_take(void)
{
	unsigned int n;

	for (n = 0; n < PATIENCE_MS / 10; n++) {
		put(V2PMAILBOX, MAILBOX_VFU);
		if (get(V2PMAILBOX) & MAILBOX_VFU)
			return;
		nap_ms(10);
	}
	complain("the PF keeps the mailbox");
}

/*
 * The PF's message is not always an answer: it tells its VFs when its link
 * changes.
 */
static void await_answer(void)
{
	unsigned int n;
	uint32_t word;

	for (n = 0; n < 8; n++) {
		if (!mailbox_has(MAILBOX_PFSTS))
			complain("the PF does not answer");
		mailbox_take();
		word = get(VMBMEM);
		if ((word & MSG_TYPE) == VF_RESET)
			break;
		put(V2PMAILBOX, MAILBOX_ACK);
	}
	if ((word & ~MSG_CTS) != (VF_RESET | MSG_ACK)) {
		fprintf(stderr, "vf-dma: the PF answers %08x to a reset\n", word);
		exit(2);
	}
}

/* The PF's driver lets a VF send once it has asked; the answer has its address. */
static void shake_hands(uint8_t *address)
{
	uint32_t low, high;

	/* The PF hears of it by an interrupt. */
	put(VTCTRL, CTRL_RST);
	nap_ms(200);
	mailbox_take();
	put(VMBMEM, VF_RESET);
	put(V2PMAILBOX, MAILBOX_REQ);
	await_answer();
	low = get(VMBMEM + 4);
	high = get(VMBMEM + 8);
	put(V2PMAILBOX, MAILBOX_ACK);	/* and the buffer is given back */
	memcpy(address, &low, 4);
	memcpy(address + 4, &high, 2);
}

/* Descriptors are at the beginning of @ring, of which the VF is told nothing else. */
static void send_by(const struct page *ring, uint64_t frame)
{
	struct descriptor *descriptor = (struct descriptor *)ring->memory;
	unsigned int n;

	put(TXDCTL, 0);
	put(TDBAL, ring->bus);
	put(TDBAH, ring->bus >> 32);
	put(TDLEN, DESCRIPTORS * sizeof(*descriptor));
	put(TDH, 0);
	put(TDT, 0);
	descriptor->address = frame;
	descriptor->command = TXD_DATA | TXD_DEXT | TXD_EOP_IFCS | TXD_RS | FRAME;
	descriptor->status = FRAME << TXD_PAYLEN;
	__sync_synchronize();
	put(TXDCTL, TXDCTL_ENABLE);
	put(TDT, 1);
	for (n = 0; n < PATIENCE_MS / 10 && get(TDH) != 1; n++)
		nap_ms(10);
	if (get(TDH) != 1)
		complain("the VF does not take a descriptor");
}

/*
 * Another process, which has a page with a frame in it. It stays for as long as
 * this one does.
 *
 * Return: the physical address of the page.
 */
static uint64_t neighbour(const uint8_t *from)
{
	struct page page;
	int ends[2];

	if (pipe(ends))
		die("pipe");
	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		page_alloc(&page);
		write_frame(&page, from, "secret");
		if (write(ends[1], &page.bus, sizeof(page.bus)) != sizeof(page.bus))
			die("write");
		for (;;)
			pause();
	}
	if (read(ends[0], &page.bus, sizeof(page.bus)) != sizeof(page.bus))
		complain("the other process has no page");
	return page.bus;
}

static void send_three(const struct page *mapped, const struct page *unmapped)
{
	uint8_t address[ETH_ALEN];
	unsigned int n;

	shake_hands(address);
	write_frame(mapped, address, "mapped");
	/* The PF may let the VF send a while after it has answered. */
	for (n = 0; n < 3; n++) {
		send_by(mapped, mapped->bus + FRAME_AT);
		nap_ms(300);
	}
	send_by(mapped, neighbour(address) + FRAME_AT);
	write_frame(mapped, address, "ring");
	send_by(unmapped, mapped->bus + FRAME_AT);
}

static void open_vfio(struct vfio_user *user, const char *address)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t length;
	int ret;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/iommu_group", address);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		die(path);
	target[length] = '\0';
	ret = vfio_attach_group(user, atoi(strrchr(target, '/') + 1));
	if (ret) {
		errno = -ret;
		die("VFIO");
	}
	user->device = ioctl(user->group, VFIO_GROUP_GET_DEVICE_FD, address);
	if (user->device < 0)
		die(address);
}

static void by_vfio(struct vfio_user *user, const char *address, struct page *page)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)page->memory,
		.iova = IOVA,
		.size = PAGE,
	};

	open_vfio(user, address);
	if (ioctl(user->container, VFIO_IOMMU_MAP_DMA, &map))
		die("VFIO_IOMMU_MAP_DMA");
	page->bus = IOVA;
	if (config_put(user->device, PCI_COMMAND, 2,
		       config_get(user->device, PCI_COMMAND, 2) |
		       PCI_COMMAND_MASTER))
		complain("cannot let the VF be a master of its bus");
	registers = mmap(NULL, REGISTERS, PROT_READ | PROT_WRITE, MAP_SHARED,
			 user->device,
			 vfio_offset(user->device, VFIO_PCI_BAR0_REGION_INDEX));
	if (registers == MAP_FAILED)
		die("BAR 0");
}

/* It is to be a master of its bus already; what was on is left on. */
static void by_resource(const char *address)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/resource0", address);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(path);
	registers = mmap(NULL, REGISTERS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (registers == MAP_FAILED)
		die(path);
}

/* The texts of frames of ours, a line each. */
static int sniff(const char *interface, int seconds)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETHERTYPE),
		.sll_ifindex = if_nametoindex(interface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETHERTYPE));
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	time_t end = time(NULL) + seconds;
	char frame[2048];

	if (!address.sll_ifindex || fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		die(interface);
	puts("ready");
	fflush(stdout);
	while (time(NULL) < end) {
		if (poll(&poll_fd, 1, 1000) != 1)
			continue;
		if (recv(fd, frame, sizeof(frame), 0) < ETH_HLEN + TEXT)
			continue;
		printf("frame %.*s\n", TEXT, frame + ETH_HLEN);
		fflush(stdout);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct vfio_user user = { -1, -1, -1 };
	struct page mapped, unmapped;

	if (argc == 4 && !strcmp(argv[1], "sniff"))
		return sniff(argv[2], atoi(argv[3]));
	if (argc != 3 || (strcmp(argv[1], "vfio") && strcmp(argv[1], "direct"))) {
		fputs("usage: vf-dma vfio|direct ADDRESS\n"
		      "       vf-dma sniff INTERFACE SECONDS\n", stderr);
		return 2;
	}
	page_alloc(&mapped);
	page_alloc(&unmapped);
	if (!strcmp(argv[1], "vfio"))
		by_vfio(&user, argv[2], &mapped);
	else
		by_resource(argv[2]);
	send_three(&mapped, &unmapped);
	vfio_close(&user);
	return 0;
}
