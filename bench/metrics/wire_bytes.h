// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace bellrock::bench {

// Bytes that an agent writes to its server for each call of a host whose processes make 1,000 calls
// a second under 200 keys, all framing of RPC included, once the server has most of the keys: the
// agent's own path over a real connection.
double WireBytesPerCall(int processes);

}  // namespace bellrock::bench
