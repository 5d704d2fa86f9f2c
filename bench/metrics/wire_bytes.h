// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bellrock::bench {

// Bytes that a host which makes 1,000 calls a second under 200 keys sends for each: tables of one
// second, in a session whose receiver has the names.
double WireBytesPerCall();

}  // namespace bellrock::bench
