/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-guest.h - what inspection found: facts about one guest, plain data
 *
 * Strings are owned by their struct, arrays own their elements.  NULL, 0 or an
 * empty array is "not there"; "could not be read" is a row in @unknown, with the
 * reason.  Devices are named as the appliance sees them (/dev/sda1,
 * /dev/vg/lv): the first letter after sd is the index into @disks.
 * Guest text is kept as read; whoever prints it makes it printable.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { V2V_OS_UNKNOWN, V2V_OS_LINUX, V2V_OS_WINDOWS, V2V_OS_OTHER } V2vOsType;
typedef enum { V2V_FIRMWARE_UNKNOWN, V2V_FIRMWARE_BIOS, V2V_FIRMWARE_UEFI } V2vFirmware;

/* A fact that could not be read. */
typedef struct {
  char *fact; /* "packages", "fstab", "initramfs:/boot/initrd.img-6.1" */
  char *why;
} V2vUnknown;

typedef struct {
  guint index;
  char *device;          /* /dev/sda */
  char *path;            /* host path, as the user gave it */
  char *format;          /* "raw", "qcow2" */
  guint64 size;          /* virtual bytes */
  guint64 allocated;     /* host bytes, 0 = not known */
  char *table;           /* "gpt", "msdos", NULL = none */
  gboolean grub_in_mbr;  /* sector 0 contains "GRUB" */
} V2vDiskFact;

typedef struct {
  char *device;     /* /dev/sda1 */
  guint disk;       /* index */
  guint number;
  guint64 start;    /* bytes */
  guint64 size;     /* bytes */
  char *type_guid;  /* GPT, upper case; NULL for MBR */
  int mbr_type;     /* MBR id, -1 for GPT */
  char *partuuid;   /* lower case, as udev writes it */
  char *partlabel;
} V2vPartition;

typedef struct {
  char *device;
  char *type;      /* blkid's: "ext4", "vfat", "ntfs", "swap", "crypto_LUKS" */
  char *version;   /* XFS 4/5 only */
  char *label;
  char *uuid;
  gboolean opened;  /* LUKS: what is inside is known */
  char *why_closed; /* LUKS: why no key opens it; NULL: it is open, or there was no key */
  char *container;  /* device of the LUKS volume that this is the inside of; NULL */
  char *group;      /* a physical volume of LVM: the volume group that it is in; NULL = not known */
  char *group_container; /* a logical volume: the LUKS volume that showed its group as it was
                          * opened; NULL */
  char *origin;     /* a snapshot of LVM: the logical volume that it is one of; NULL */
  char *mapped;     /* dm-crypt's name for it in the guest ("sda3_crypt"); NULL */
  guint64 size;    /* bytes, 0 = not known (not mounted by us) */
  guint64 free;    /* bytes */
} V2vFilesystem;

/* A RAID array of md(4) that runs.  Its members are file systems of type
 * "linux_raid_member"; those of no array here belong to one that does not run. */
typedef struct {
  char *device;       /* "/dev/md127": the appliance's number, the guest's may be another */
  char *level;        /* "raid1", "raid10", "linear" */
  guint wanted;       /* members of the whole array; 0 = not known */
  GPtrArray *members; /* char*: devices that it runs with, by name */
} V2vArray;

/* How a mount specification was resolved. */
typedef enum {
  V2V_VIA_NONE,
  V2V_VIA_UUID,
  V2V_VIA_LABEL,
  V2V_VIA_PARTUUID,
  V2V_VIA_PARTLABEL,
  V2V_VIA_BY_ID,  /* /dev/disk/by-id, by-path */
  V2V_VIA_NVME,   /* /dev/nvme1n1p2: the source's name, mapped by us */
  V2V_VIA_XVD,    /* /dev/xvdf1, /dev/sdf1, /dev/vdb, /dev/hda: by letter, gaps closed */
  V2V_VIA_MAPPER, /* LVM, dm-crypt */
  V2V_VIA_PSEUDO, /* tmpfs, proc, NFS: nothing to resolve */
} V2vMountVia;

typedef struct {
  guint line;        /* in /etc/fstab, from 1; 0 = not from fstab */
  char *spec;        /* first field as written */
  char *mountpoint;
  char *vfstype;
  char *options;
  V2vMountVia via;
  char *device;      /* resolved; NULL when it does not resolve */
  char *why;         /* when device is NULL and via is not PSEUDO */
  gboolean unfit;    /* device is NULL though there is such a disk: why says what it holds */
  gboolean nofail;
} V2vMount;

typedef struct {
  char *file;      /* where the entry stands */
  char *title;
  char *kernel;    /* path as seen from the guest's root, /boot/... */
  char *initrd;    /* the last one if several; NULL */
  char *cmdline;
  gboolean is_default;
} V2vBootEntry;

typedef struct {
  char *kind;          /* "grub2", "grub-legacy", "systemd-boot", "extlinux", "windows" */
  char *config;        /* main configuration file */
  gboolean bls;        /* entries in /boot/loader/entries are used */
  gboolean esp_fallback; /* EFI/BOOT/BOOT<ARCH>.EFI exists */
  gboolean esp_loader;   /* any EFI loader in a vendor directory */
  GPtrArray *entries;  /* V2vBootEntry */
} V2vBootloader;

/* Where a driver is, for one kernel. */
typedef enum {
  V2V_DRIVER_ABSENT,
  V2V_DRIVER_ON_DISK,      /* a module under /lib/modules, not in the initramfs */
  V2V_DRIVER_IN_INITRAMFS, /* with it the root disk can be found */
  V2V_DRIVER_BUILTIN,
  V2V_DRIVER_UNKNOWN,      /* the initramfs could not be read: see unknown */
} V2vDriverWhere;

typedef struct {
  char *name; /* with underscores: virtio_blk */
  V2vDriverWhere where;
} V2vDriver;

typedef struct {
  char *version;      /* 6.1.0-18-cloud-amd64 */
  char *vmlinuz;      /* NULL: modules without a kernel image, not bootable */
  char *initrd;       /* NULL when there is none; @vmlinuz when it is inside of that */
  char *modules_dir;  /* /lib/modules/VERSION; NULL when there is none */
  gboolean is_default;
  GPtrArray *drivers; /* V2vDriver, one for each name in v2v_driver_names() */
} V2vKernel;

typedef struct {
  char *name;
  char *version;
  char *arch;
} V2vPackage;

typedef struct {
  char *kind;      /* "ifupdown", "netplan", "networkd", "networkmanager", "ifcfg", "udev" */
  char *file;
  char *interface; /* NULL when it matches otherwise */
  char *mac;       /* a MAC address that the configuration is pinned to */
  char *driver;    /* kernel drivers that it is for, patterns, as its reader takes them: "ena
                    * ixgbevf vif"; NULL = any */
  char *method;    /* "dhcp", "static", NULL */
  gboolean on_top; /* of cards: a VLAN, a bridge, a bond, a tunnel; it takes up none itself */
  char *place;     /* udev's name of the slot that it is for: "pci-0000:00:05.0"; NULL = any */
} V2vNetConfig;

typedef struct {
  gboolean installed;
  char *version;
  char *datasources;      /* effective datasource_list, "Ec2" or "NoCloud, None" */
  char *datasources_file; /* where it is set */
  char *cached;           /* last datasource seen: "DataSourceEc2Local" */
  char *instance_id;      /* last instance id, "i-..." */
} V2vCloudInit;

typedef struct {
  char *signal; /* stable id, "datasource-list" */
  int score;
  char *detail; /* the file and what stands there */
} V2vEvidence;

typedef struct {
  int score;             /* 0..100 */
  gboolean is_ec2;       /* score >= 60 */
  char *generation;      /* "nitro", "xen", "both", NULL = not known */
  GPtrArray *evidence;   /* V2vEvidence */
} V2vEc2;

typedef struct {
  char *systemroot;       /* "/Windows" */
  char *software_hive;
  char *system_hive;
  char *current_control_set;
  GPtrArray *control_sets; /* char*: "ControlSet001" */
  char *edition;           /* "ServerDatacenter" */
  char *build;             /* "20348" */
  gboolean rtc_utc;        /* RealTimeIsUniversal = 1 */
  char *timezone;          /* TimeZoneKeyName */
  gboolean hibernated;     /* hiberfil.sys says so or ntfs is unsafe */
  gboolean hives_dirty;
} V2vWindows;

typedef struct {
  GPtrArray *disks;       /* V2vDiskFact */
  GPtrArray *partitions;  /* V2vPartition */
  GPtrArray *filesystems; /* V2vFilesystem */
  GPtrArray *arrays;      /* V2vArray */
  GPtrArray *roots;       /* char*: devices that hold an operating system */

  char *root;             /* the chosen one, NULL = no operating system */
  char *root_subvolume;   /* "@": what is mounted of a btrfs when nothing is asked for, and is the
                             root; NULL = its top, or the root is on no btrfs or named with one */
  V2vOsType os;
  char *distro;           /* os-release ID ("debian", "amzn", "ol"), "windows", "unknown" */
  char *distro_like;      /* os-release ID_LIKE */
  char *version_id;       /* "12", "2023", "10.0" */
  int major, minor;
  char *product;          /* PRETTY_NAME or ProductName */
  char *variant;          /* Windows: "Server" or "Client" */
  char *arch;             /* "x86_64", "aarch64", "i386" */
  char *hostname;
  char *osinfo_id;        /* short id, "debian12"; NULL = not known */
  char *osinfo_uri;       /* "http://debian.org/debian/12"; NULL */
  char *package_format;   /* "deb", "rpm" */
  char *package_manager;  /* "apt", "dnf", "yum", "zypper" */
  GPtrArray *packages;    /* V2vPackage */
  GPtrArray *units;       /* char*: enabled units, sorted */
  GPtrArray *mounts;      /* V2vMount */
  V2vFirmware firmware;   /* what the disk says */
  char *firmware_why;
  V2vBootloader *bootloader; /* NULL = none found */
  GPtrArray *kernels;     /* V2vKernel, newest first */
  GPtrArray *network;     /* V2vNetConfig */
  V2vCloudInit *cloud_init; /* NULL = not Linux */
  V2vEc2 *ec2;            /* never NULL once inspected */
  V2vWindows *windows;    /* NULL = not Windows */
  int boot_disk;          /* index, -1 = not known */
  GPtrArray *unknown;     /* V2vUnknown */
} V2vGuest;

/* (transfer full): all arrays made, everything else empty, boot_disk -1. */
V2vGuest *v2v_guest_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_guest_free (V2vGuest *guest); /* NULL is allowed */

/* (transfer none): elements appended to their array, zeroed (inner arrays made). */
V2vDiskFact *v2v_guest_add_disk (V2vGuest *guest);
V2vPartition *v2v_guest_add_partition (V2vGuest *guest);
V2vFilesystem *v2v_guest_add_filesystem (V2vGuest *guest);
V2vArray *v2v_guest_add_array (V2vGuest *guest);
V2vMount *v2v_guest_add_mount (V2vGuest *guest);
V2vKernel *v2v_guest_add_kernel (V2vGuest *guest);
V2vPackage *v2v_guest_add_package (V2vGuest *guest);
V2vNetConfig *v2v_guest_add_network (V2vGuest *guest);
V2vEvidence *v2v_guest_add_evidence (V2vGuest *guest, const char *signal, int score,
                                     const char *detail);
V2vBootloader *v2v_guest_set_bootloader (V2vGuest *guest, const char *kind);
V2vBootEntry *v2v_bootloader_add_entry (V2vBootloader *bootloader);
V2vWindows *v2v_guest_set_windows (V2vGuest *guest);
V2vCloudInit *v2v_guest_set_cloud_init (V2vGuest *guest);

/* Notes that @fact could not be read. */
void v2v_guest_add_unknown (V2vGuest *guest, const char *fact, const char *why_format, ...)
  G_GNUC_PRINTF (3, 4);

/* Whether a card of virtio_net has a driver that @row is for: systemd's match, patterns, all of
 * it turned round by a "!" in front, or NetworkManager's.  Its name and MAC address are not
 * looked at. */
gboolean v2v_net_config_takes_virtio (const V2vNetConfig *row);

/* The driver names that inspection looks for, NULL-terminated. */
const char *const *v2v_driver_names (void);

/* (transfer none) (nullable): lookups used by several readers. */
const V2vFilesystem *v2v_guest_find_filesystem (const V2vGuest *guest, const char *device);
/* By dm-crypt's name: the guest's own, or the appliance's. */
const V2vFilesystem *v2v_guest_find_mapped (const V2vGuest *guest, const char *name);
const V2vMount *v2v_guest_find_mount (const V2vGuest *guest, const char *mountpoint);
const V2vKernel *v2v_guest_default_kernel (const V2vGuest *guest);

/* (transfer none) (nullable): @device; of a subvolume, "btrfsvol:/dev/mapper/NAME/@", as a root
 * can be called, the device of its file system when that is known. */
const char *v2v_guest_find_device (const V2vGuest *guest, const char *device);

/* The partition or disk that @device lies on: the inside of an encrypted volume, a subvolume of
 * btrfs there, or an array, of which it is the first; else itself. */
const char *v2v_guest_find_outside (const V2vGuest *guest, const char *device);

/* (nullable): the array of this name, or that has this member. */
const V2vArray *v2v_guest_find_array (const V2vGuest *guest, const char *device);

/* (transfer full) (nullable): the volume group of a logical volume, "vg" of "/dev/vg/lv"; %NULL for
 * any other device. */
char *v2v_guest_dup_group (const char *device);

/* (nullable): the array that the root lies on, in whatever layers.  A root on LVM counts when all
 * physical volumes of its group lie on arrays: which of them it uses is not known. */
const V2vArray *v2v_guest_root_array (const V2vGuest *guest);

/* TRUE when the root is inside of an encrypted volume, or of LVM in one: of a group that was
 * seen there, or where all physical volumes are. */
gboolean v2v_guest_root_is_encrypted (const V2vGuest *guest);

/* The same for a root on LVM of whose group some physical volumes lie so, and others not: it
 * cannot be told whether the root does. */
const V2vArray *v2v_guest_root_array_or_none (const V2vGuest *guest);
gboolean v2v_guest_root_is_encrypted_or_not (const V2vGuest *guest);

/* The kernel's module for arrays of @level; static; NULL = none is known. */
const char *v2v_array_module (const V2vArray *array);

/* TRUE when a LUKS volume is not open: there may be more than is known. */
gboolean v2v_guest_has_closed (const V2vGuest *guest);

/* ABSENT when the kernel or the driver is not listed. */
V2vDriverWhere v2v_kernel_driver (const V2vKernel *kernel, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vGuest, v2v_guest_free)

G_END_DECLS
