/* SPDX-License-Identifier: GPL-2.0-or-later
 * Module indexes, and kernels with their drivers in other places than usual.
 */
#include <config.h>

#include "test-verify.h"
#include "v2v-module-index.h"

/* An index as depmod writes one: "key\0value" pairs in the order of keys. */
typedef struct {
  const char *key;
  const char *value;
} Pair;

static void
put_u32 (GByteArray *out, gsize at, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  if (at + 4 > out->len)
    g_byte_array_set_size (out, (guint) at + 4);
  memcpy (out->data + at, &big, 4);
}

/* Writes the node of pairs[0..n), which agree up to @depth; returns its offset with flags. */
static guint32
put_node (GByteArray *out, const Pair *pairs, gsize n, gsize depth)
{
  const char *first = pairs[0].key + depth;
  const char *last = pairs[n - 1].key + depth;
  guint32 offset = out->len;
  gsize prefix = 0;
  gsize own;

  while (first[prefix] != '\0' && first[prefix] == last[prefix])
    prefix++;
  own = first[prefix] == '\0' ? 1 : 0;
  if (prefix > 0) {
    g_byte_array_append (out, (const guint8 *) first, (guint) prefix);
    g_byte_array_append (out, (const guint8 *) "", 1);
    offset |= 0x80000000U;
  }
  if (n > own) {
    guint8 range[2] = { (guint8) pairs[own].key[depth + prefix], (guint8) last[prefix] };
    gsize at;

    g_byte_array_append (out, range, 2);
    at = out->len;
    offset |= 0x20000000U;
    for (guint c = range[0]; c <= range[1]; c++)
      put_u32 (out, out->len, 0);
    if (own > 0) {
      offset |= 0x40000000U;
      put_u32 (out, out->len, 1);
      put_u32 (out, out->len, 0);
      g_byte_array_append (out, (const guint8 *) pairs[0].value,
                           (guint) strlen (pairs[0].value) + 1);
    }
    for (gsize i = own, j; i < n; i = j) {
      guint8 c = (guint8) pairs[i].key[depth + prefix];

      for (j = i; j < n && (guint8) pairs[j].key[depth + prefix] == c; j++)
        ;
      put_u32 (out, at + 4 * (gsize) (c - range[0]),
               put_node (out, pairs + i, j - i, depth + prefix + 1));
    }
    return offset;
  }
  put_u32 (out, out->len, 1);
  put_u32 (out, out->len, 0);
  g_byte_array_append (out, (const guint8 *) pairs[0].value,
                       (guint) strlen (pairs[0].value) + 1);
  return offset | 0x40000000U;
}

static GBytes *
make_index (const Pair *pairs, gsize n)
{
  GByteArray *out = g_byte_array_new ();
  guint32 root;

  put_u32 (out, 0, 0xb007f457);
  put_u32 (out, 4, 0x00020001);
  put_u32 (out, 8, 0);
  root = put_node (out, pairs, n, 0);
  put_u32 (out, 8, root);
  return g_byte_array_free_to_bytes (out);
}

static const Pair dep[] = {
  { "sd_mod", "kernel/s/sd_mod.ko: kernel/s/scsi_mod.ko" },
  { "virtio", "kernel/v/virtio.ko:" },
  { "virtio_blk", "kernel/v/virtio_blk.ko: kernel/v/virtio.ko" },
  { "virtio_pci", "kernel/v/virtio_pci.ko: kernel/v/virtio.ko" },
};
static const Pair alias[] = {
  { "pci:v00001AF4d*sv*", "virtio_pci" },
  { "scsi:t-0x00*", "sd_mod" },
  { "virtio:d00000002v*", "virtio_blk" },
};

static void
assert_paths (GPtrArray *got, const char *want)
{
  g_autofree char *text = NULL;

  if (want == NULL) {
    g_assert_null (got);
    return;
  }
  g_assert_nonnull (got);
  g_ptr_array_add (got, NULL);
  text = g_strjoinv (" ", (char **) got->pdata);
  g_assert_cmpstr (text, ==, want);
}

static void
test_index (void)
{
  static const struct {
    const char *name;
    const char *paths;
  } rows[] = {
    { "virtio", "kernel/v/virtio.ko" },
    { "virtio_blk", "kernel/v/virtio_blk.ko kernel/v/virtio.ko" },
    { "sd_mod", "kernel/s/sd_mod.ko kernel/s/scsi_mod.ko" },
    { "virtio_net", NULL },
    { "virtio_bl", NULL },
    { "virtio_blks", NULL },
    { "", NULL },
    { "zz", NULL },
  };
  g_autoptr (GBytes) index = make_index (dep, G_N_ELEMENTS (dep));
  GString *text = g_string_new ("# no line of depmod's\n");

  for (gsize i = 0; i < G_N_ELEMENTS (dep); i++)
    g_string_append_printf (text, "%s\n", dep[i].value);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) by_index = v2v_module_index_find (index, rows[i].name);
    g_autoptr (GPtrArray) by_text = v2v_module_index_find_text (text->str, rows[i].name);

    assert_paths (by_index, rows[i].paths);
    assert_paths (by_text, rows[i].paths);
  }
  g_string_free (text, TRUE);
}

static void
test_alias (void)
{
  g_autoptr (GBytes) index = make_index (alias, G_N_ELEMENTS (alias));

  g_assert_true (v2v_module_index_has_value (index, "virtio_blk"));
  g_assert_true (v2v_module_index_has_value (index, "sd_mod"));
  g_assert_false (v2v_module_index_has_value (index, "virtio"));
  g_assert_false (v2v_module_index_has_value (index, ""));
}

/* Cut at every place, and with every byte damaged: an answer, and no wrong memory. */
static void
test_damaged_index (void)
{
  g_autoptr (GBytes) index = make_index (dep, G_N_ELEMENTS (dep));
  gsize size;
  const guint8 *data = g_bytes_get_data (index, &size);

  for (gsize i = 0; i < size; i++) {
    g_autofree guint8 *copy = g_memdup2 (data, size);
    g_autoptr (GBytes) cut = g_bytes_new (data, i);
    g_autoptr (GBytes) flipped = NULL;
    g_autoptr (GPtrArray) a = v2v_module_index_find (cut, "virtio_pci");
    g_autoptr (GPtrArray) b = NULL;

    copy[i] ^= 0xff;
    flipped = g_bytes_new (copy, size);
    b = v2v_module_index_find (flipped, "virtio_blk");
    (void) v2v_module_index_has_value (flipped, "none");
    (void) v2v_module_index_has_value (cut, "none");
  }
  {
    /* A node that is its own child. */
    static const guint8 loop[] = { 0xb0, 0x07, 0xf4, 0x57, 0, 2, 0, 1, 0x20, 0, 0, 12,
                                   'a',  'b',  0x20, 0,    0, 12, 0x20, 0, 0, 12 };
    g_autoptr (GBytes) bytes = g_bytes_new_static (loop, sizeof loop);
    g_autoptr (GPtrArray) found = v2v_module_index_find (bytes, "abababab");

    g_assert_null (found);
    g_assert_false (v2v_module_index_has_value (bytes, "x"));
  }
}

/* The image's index as kmod reads it. */
static void
verify_with_index (const Pair *pairs, gsize n, const Pair *aliases, gsize n_aliases,
                   const char *evidence)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  guest->target.bus = "virtio";
  guest->bytes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) g_bytes_unref);
  g_hash_table_insert (guest->bytes, "usr/" M "modules.dep.bin", make_index (pairs, n));
  if (n_aliases > 0)
    g_hash_table_insert (guest->bytes, "usr/" M "modules.alias.bin",
                         make_index (aliases, n_aliases));
  put_text (guest->image, "usr/bin/kmod", "x");
  verdict = guest_verify (guest);
  if (evidence == NULL)
    assert_none (verdict, V2V_CHECK_FAILED);
  else
    assert_only (verdict, V2V_CHECK_FAILED, "kernel-drivers", evidence);
}

static void
test_binary_index (void)
{
  verify_with_index (dep, G_N_ELEMENTS (dep), alias, G_N_ELEMENTS (alias), NULL);
  /* Without virtio_pci, whatever the text says. */
  verify_with_index (dep, G_N_ELEMENTS (dep) - 1, alias, G_N_ELEMENTS (alias),
                     "is stale: it does not know virtio_pci");
  verify_with_index (dep, G_N_ELEMENTS (dep), alias, G_N_ELEMENTS (alias) - 1,
                     "modules.alias.bin does not lead to it");
  verify_with_index (dep, G_N_ELEMENTS (dep), NULL, 0, "modules.alias.bin is missing");
}

/* What is listed is loaded without an alias. */
static void
test_listed (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  guest->target.bus = "virtio";
  guest->bytes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                        (GDestroyNotify) g_bytes_unref);
  g_hash_table_insert (guest->bytes, "usr/" M "modules.dep.bin",
                       make_index (dep, G_N_ELEMENTS (dep)));
  put_text (guest->image, "conf/modules", "# x\nvirtio_pci\nvirtio-blk\n");
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
}

static void
test_builtin (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  put_text (guest->files, "/" M "modules.builtin",
            "kernel/v/virtio_pci.ko\nkernel/v/virtio_scsi.ko\nkernel/s/sd_mod.ko\n"
            "kernel/v/virtio_net.ko\n");
  g_hash_table_remove_all (guest->image);
  put_text (guest->image, "init", "x");
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
}

/* A root on an array needs its module, what looks for members, and may look at them all. */
static void
test_array (void)
{
  static const char raid_dep[] = "kernel/m/raid1.ko: kernel/m/md-mod.ko\nkernel/m/md-mod.ko:\n";
  g_autoptr (Guest) guest = guest_new ();
  g_autofree char *packed = g_strconcat (g_hash_table_lookup (guest->image, "usr/" M "modules.dep"),
                                         raid_dep, NULL);
  g_autofree char *whole = g_strconcat (g_hash_table_lookup (guest->files, "/" M "modules.dep"),
                                        raid_dep, NULL);

  guest->level = "raid1";
  put_text (guest->image, "usr/" M "modules.dep", packed);
  put_text (guest->files, "/" M "modules.dep", whole);
  put_text (guest->image, "usr/sbin/mdadm", "x");
  put_text (guest->image, "etc/mdadm/mdadm.conf", "ARRAY /dev/md0 UUID=a:b:c:d\n");
  {
    g_autoptr (V2vVerdict) verdict = guest_verify (guest);

    assert_only (verdict, V2V_CHECK_FAILED, "kernel-drivers", "raid1, which the array of the root");
  }
  put_text (guest->image, "usr/" M "kernel/m/raid1.ko", "x");
  {
    g_autoptr (V2vVerdict) verdict = guest_verify (guest);

    assert_only (verdict, V2V_CHECK_FAILED, "kernel-drivers", "raid1 needs md_mod");
  }
  put_text (guest->image, "usr/" M "kernel/m/md-mod.ko", "x");
  {
    g_autoptr (V2vVerdict) verdict = guest_verify (guest);
    g_autofree char *rows = rows_of (verdict, V2V_CHECK_PASSED);

    assert_none (verdict, V2V_CHECK_FAILED);
    g_assert_nonnull (strstr (rows, "raid1 is in "));
  }
  put_text (guest->image, "etc/mdadm/mdadm.conf", "DEVICE /dev/nvme0n1p1\n");
  {
    g_autoptr (V2vVerdict) verdict = guest_verify (guest);

    assert_only (verdict, V2V_CHECK_FAILED, "initramfs-waits", "the source's disks only");
  }
  g_hash_table_remove (guest->image, "etc/mdadm/mdadm.conf");
  g_hash_table_remove (guest->image, "usr/sbin/mdadm");
  {
    g_autoptr (V2vVerdict) verdict = guest_verify (guest);

    assert_only (verdict, V2V_CHECK_FAILED, "kernel-drivers", "has no mdadm");
  }
}

/* Whether a root on LVM is on the part of its group that needs more is not known: a doubt where the
 * image has not what it needs, and nothing where it has. */
static void
test_mixed (void)
{
  g_autoptr (Guest) guest = guest_new ();
  static const char more[] = "kernel/m/raid1.ko:\nkernel/m/dm-crypt.ko:\n";
  g_autofree char *packed = g_strconcat (g_hash_table_lookup (guest->image, "usr/" M "modules.dep"),
                                         more, NULL);

  guest->mixed = TRUE;
  {
    g_autoptr (V2vVerdict) verdict = guest_verify (guest);
    g_autofree char *rows = rows_of (verdict, V2V_CHECK_WARNING);

    assert_none (verdict, V2V_CHECK_FAILED);
    assert_only (verdict, V2V_CHECK_WARNING, "kernel-drivers", "has no mdadm");
    g_assert_nonnull (strstr (rows, "dm_crypt, which the encrypted root wants"));
    g_assert_nonnull (strstr (rows, "a part of the root's volume group is on an array"));
  }
  put_text (guest->image, "usr/" M "modules.dep", packed);
  put_text (guest->image, "usr/sbin/mdadm", "x");
  put_text (guest->image, "usr/" M "kernel/m/raid1.ko", "x");
  put_text (guest->image, "usr/" M "kernel/m/dm-crypt.ko", "x");
  {
    g_autoptr (V2vVerdict) verdict = guest_verify (guest);

    assert_none (verdict, V2V_CHECK_FAILED);
    assert_none (verdict, V2V_CHECK_WARNING);
  }
}

/* An encrypted root needs what opens it, and with initramfs-tools its name, too. */
static void
test_encrypted (void)
{
  static const struct {
    const char *path, *text, *wrong;
  } rows[] = {
    { NULL, NULL, "dm_crypt, which the encrypted root wants" },
    { "usr/" M "kernel/m/dm-crypt.ko", "x", "is stale: it does not know dm_crypt" },
    { "usr/" M "modules.dep", NULL, NULL },
    { "conf/modules", "nvme\n", "no line for the encrypted root" },
    { "cryptroot/crypttab", "", "no line for the encrypted root" },
    { "cryptroot/crypttab", "cr_root UUID=root-uuid none luks\n", NULL },
  };
  g_autoptr (Guest) guest = guest_new ();
  g_autofree char *index = g_strconcat (g_hash_table_lookup (guest->image, "usr/" M "modules.dep"),
                                        "kernel/m/dm-crypt.ko:\n", NULL);

  guest->encrypted = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vVerdict) verdict = NULL;

    if (rows[i].path != NULL)
      put_text (guest->image, rows[i].path, rows[i].text != NULL ? rows[i].text : index);
    verdict = guest_verify (guest);
    if (rows[i].wrong != NULL)
      assert_only (verdict, V2V_CHECK_FAILED, "kernel-drivers", rows[i].wrong);
    else
      assert_none (verdict, V2V_CHECK_FAILED);
  }
}

/* Another kernel that nobody boots by default is a warning. */
static void
test_second_kernel (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;

  put_text (guest->files, "/boot/vmlinuz-5.10.0-8", "kernel");
  put_text (guest->files, "/boot/initrd.img-5.10.0-8", "#newc init");
  verdict = guest_verify (guest);
  assert_none (verdict, V2V_CHECK_FAILED);
  {
    g_autofree char *rows = rows_of (verdict, V2V_CHECK_WARNING);

    g_assert_nonnull (strstr (rows, "kernel-drivers 5.10.0-8: virtio_pci is neither in "
                                    "/boot/initrd.img-5.10.0-8 nor built in"));
  }
}

static void
test_half_of_scsi (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;
  g_autofree char *rows = NULL;

  guest->target.bus = "virtio";
  g_assert_true (g_hash_table_remove (guest->image, "usr/" M "kernel/v/virtio_blk.ko"));
  g_assert_true (g_hash_table_remove (guest->image, "usr/" M "kernel/s/sd_mod.ko"));
  verdict = guest_verify (guest);
  rows = rows_of (verdict, V2V_CHECK_FAILED);
  g_assert_nonnull (strstr (rows, "virtio_blk is neither in "));
  g_assert_nonnull (strstr (rows, "virtio_scsi finds no disk without sd_mod"));
  assert_none (verdict, V2V_CHECK_WARNING);
}

static void
test_no_kernel (void)
{
  g_autoptr (Guest) guest = guest_new ();
  g_autoptr (V2vVerdict) verdict = NULL;
  g_autofree char *rows = NULL;

  g_hash_table_remove (guest->files, "/boot/vmlinuz-" K);
  g_hash_table_remove (guest->files, "/boot/grub/grub.cfg");
  verdict = guest_verify (guest);
  rows = rows_of (verdict, V2V_CHECK_FAILED);
  g_assert_nonnull (strstr (rows, "kernel-drivers (null): no kernel"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verify/index/find", test_index);
  g_test_add_func ("/verify/index/alias", test_alias);
  g_test_add_func ("/verify/index/damaged", test_damaged_index);
  g_test_add_func ("/verify/kernel/binary-index", test_binary_index);
  g_test_add_func ("/verify/kernel/listed", test_listed);
  g_test_add_func ("/verify/kernel/built-in", test_builtin);
  g_test_add_func ("/verify/kernel/array", test_array);
  g_test_add_func ("/verify/kernel/mixed-group", test_mixed);
  g_test_add_func ("/verify/kernel/encrypted", test_encrypted);
  g_test_add_func ("/verify/kernel/second", test_second_kernel);
  g_test_add_func ("/verify/kernel/half-of-scsi", test_half_of_scsi);
  g_test_add_func ("/verify/kernel/none", test_no_kernel);
  return g_test_run ();
}
