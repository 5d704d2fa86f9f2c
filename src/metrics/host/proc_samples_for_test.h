// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a host with two processors, one disk and one network card wrote.
namespace bellrock::metrics::host {

inline constexpr char kStatSample[] =
    "cpu  7971139 3695831 1095707 3060038 12190 7 88670 13854 5 0\n"
    "cpu0 4021822 1826451 550957 1514973 7619 0 39436 6892 0 0\n"
    "cpu1 3949327 1869381 544750 1545064 4570 0 49233 6961 0 0\n"
    "intr 137492409 0 0 0 0 9\n"
    "ctxt 355796888\n"
    "btime 1795298260\n"
    "processes 1131753\n"
    "procs_running 17\n"
    "procs_blocked 2\n"
    "softirq 393616729 0 7524142 1705\n";
inline constexpr char kLoadSample[] = "13.92 7.16 3.04 20/240 28362\n";
inline constexpr char kMemorySample[] =
    "MemTotal:       24731708 kB\n"
    "MemFree:         3977504 kB\n"
    "MemAvailable:   21414792 kB\n"
    "Buffers:          620772 kB\n"
    "SwapTotal:       1000000 kB\n"
    "SwapFree:         900000 kB\n"
    "HugePages_Total:       0\n";
inline constexpr char kNetworkSample[] =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop "
    "fifo colls carrier compressed\n"
    "    lo: 1181075525127 369938162 0 827 0 0 0 0 1181075525127 369938162 0 0 0 0 0 0\n"
    "  eth0: 5000000123 4000 1 2 0 0 0 7 700000456 3000 3 4 0 0 0 0\n"
    "  eth1:600 4 0 0 0 0 0 0 100 3 0 0 0 0 0 0\n"
    "eth0.100: 99 4 0 0 0 0 0 0 99 3 0 0 0 0 0 0\n"
    "docker0: 99 4 0 0 0 0 0 0 99 3 0 0 0 0 0 0\n"
    "veth1f: 99 4 0 0 0 0 0 0 99 3 0 0 0 0 0 0\n";
inline constexpr char kDiskSample[] =
    "   7       0 loop0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n"
    " 254       0 vda 295569 123241 20714610 97391 10513659 2350286 766623064 5731649 0 1464328 "
    "6557730 1652812 441 731558584 254977 3044610 473712\n"
    " 254       1 vda1 295569 123241 20714610 97391 10513659 2350286 766623064 5731649 0 1464328 "
    "6557730\n"
    " 259       0 nvme0n1 1 0 8 1 2 0 16 1 0 5 2\n"
    " 259       1 nvme0n1p1 1 0 8 1 2 0 16 1 0 5 2\n"
    " 253       0 dm-0 1 0 8 1 2 0 16 1 0 5 2\n";
inline constexpr char kSnmpSample[] =
    "Ip: Forwarding DefaultTTL\n"
    "Ip: 1 64\n"
    "Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets "
    "CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\n"
    "Tcp: 1 200 120000 -1 1316902 1273718 41993 87091 44 373211749 373049073 93320 2450 104588 0\n"
    "Udp: InDatagrams NoPorts\n"
    "Udp: 5 6\n";
inline constexpr char kFilesSample[] = "1911\t11\t2470938\n";
inline constexpr char kMountsSample[] =
    "sysfs /sys sysfs rw,nosuid 0 0\n"
    "/dev/vda / ext4 rw,relatime,discard 0 0\n"
    "/dev/vda /run/netns ext4 rw,relatime 0 0\n"
    "/dev/vdb /data xfs rw 0 0\n"
    "/dev/loop3 /snap/core squashfs ro,nodev 0 0\n"
    "/dev/sr0 /mnt iso9660 ro 0 0\n";

}  // namespace bellrock::metrics::host
