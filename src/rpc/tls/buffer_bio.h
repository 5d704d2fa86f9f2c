// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rpc/byte_buffer.h"

struct bio_st;

namespace bellrock::rpc {

// Two buffers as OpenSSL's place to read and write: reading from an empty input means "later",
// writing always succeeds. The buffers are borrowed; the caller owns the result (BIO_free). nullptr
// if there is no memory.
struct BioBuffers {
  ByteBuffer& input;
  ByteBuffer& output;
};
bio_st* NewBufferBio(BioBuffers& buffers);

}  // namespace bellrock::rpc
