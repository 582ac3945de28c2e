# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernels of build hosts may not do: members of a RAID array, encryption.

  storage.py member DISK OFFSET SECTORS DATA UUID DEVICE-UUID NAME ROLE [dirty] [lost] [events=N]
      the partition of SECTORS at byte OFFSET of the file DISK becomes member ROLE of a mirror
      of two whose data begins at sector DATA (metadata 1.2, struct mdp_superblock_1); dirty:
      it was not stopped; lost: the other member has failed
  storage.py encrypt PLAIN KEY DISK OFFSET
      PLAIN goes into DISK from byte OFFSET on, as dm-crypt writes it with the volume key of
      the file KEY: aes-xts-plain64 in sectors of 4096 bytes
"""
import ctypes
import ctypes.util
import struct
import sys
import uuid

SECTOR = 512
CRYPT_SECTOR = 4096
SUPER_OFFSET = 8  # sectors
ROLES = 128
NOBODY = 0xffff
FAILED = 0xfffe
CREATED = 1741079482


def member(path, offset, sectors, data, array, device, name, role, *words):
    events = int(dict(w.split('=') for w in words if '=' in w).get('events', 17))
    roles = [0, 1]
    if 'lost' in words:
        roles[1 - int(role)] = FAILED
    offset, sectors, data, role = int(offset), int(sectors), int(data), int(role)
    # As mdadm has it, a whole number of KiB.
    size = (sectors - data) & ~1
    block = bytearray(struct.pack(
        '<IIII16s32sQIIQIIIIQIIIIQQQQII16sBBHIQQQII32s',
        0xa92b4efc, 1, 0, 0, uuid.UUID(array).bytes, name.encode(),
        CREATED, 1, 0, size, 0, 2, 0, 0,
        0, 0, 0, 0, 0,
        data, sectors - data, SUPER_OFFSET, 0,
        role, 0, uuid.UUID(device).bytes, 0, 0, 0, 0,
        CREATED, events, 0 if 'dirty' in words else 0xffffffffffffffff, 0, ROLES, b''))
    block += struct.pack(f'<{ROLES}H', *roles, *[NOBODY] * (ROLES - 2))
    total = sum(struct.unpack(f'<{len(block) // 4}I', block))
    struct.pack_into('<I', block, 216, ((total & 0xffffffff) + (total >> 32)) & 0xffffffff)
    with open(path, 'r+b') as f:
        f.seek(offset + SUPER_OFFSET * SECTOR)
        f.write(block)


def encrypt(plain, key, path, offset):
    crypto = ctypes.CDLL(ctypes.util.find_library('crypto'))
    for name in ('EVP_CIPHER_CTX_new', 'EVP_aes_256_xts'):
        getattr(crypto, name).restype = ctypes.c_void_p
    context = ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new())
    with open(key, 'rb') as f:
        secret = f.read()
    if not crypto.EVP_EncryptInit_ex(context, ctypes.c_void_p(crypto.EVP_aes_256_xts()), None, secret, None):
        sys.exit('storage.py: libcrypto does not take the volume key')
    out = ctypes.create_string_buffer(CRYPT_SECTOR)
    length = ctypes.c_int()
    number = 0
    with open(plain, 'rb') as source, open(path, 'r+b') as target:
        target.seek(int(offset))
        while data := source.read(CRYPT_SECTOR):
            # plain64 counts in sectors of 512 bytes, however large they are.
            crypto.EVP_EncryptInit_ex(context, None, None, None, struct.pack('<QQ', number, 0))
            crypto.EVP_EncryptUpdate(context, out, ctypes.byref(length), data, len(data))
            target.write(out.raw[:length.value])
            number += CRYPT_SECTOR // SECTOR


{'member': member, 'encrypt': encrypt}[sys.argv[1]](*sys.argv[2:])
