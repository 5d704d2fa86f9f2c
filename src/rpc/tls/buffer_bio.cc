// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "rpc/tls/buffer_bio.h"

#include <openssl/bio.h>

#include <algorithm>
#include <cstring>

namespace bellrock::rpc {
namespace {

BioBuffers& Of(BIO* bio) {
  return *static_cast<BioBuffers*>(BIO_get_data(bio));
}

int Read(BIO* bio, char* to, size_t size, size_t* read) {
  BIO_clear_retry_flags(bio);
  ByteBuffer& input = Of(bio).input;
  if (input.empty()) {
    BIO_set_retry_read(bio);
    *read = 0;
    return 0;
  }
  *read = std::min(size, input.size());
  std::memcpy(to, input.view().data(), *read);
  input.Consume(*read);
  return 1;
}

int Write(BIO* bio, const char* from, size_t size, size_t* written) {
  BIO_clear_retry_flags(bio);
  Of(bio).output.Append({from, size});
  *written = size;
  return 1;
}

long Control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

// Made once, and freed when the process ends.
struct Method {
  Method() : method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "bellrock buffers")) {
    if (method == nullptr) return;
    BIO_meth_set_read_ex(method, Read);
    BIO_meth_set_write_ex(method, Write);
    BIO_meth_set_ctrl(method, Control);
  }
  ~Method() { BIO_meth_free(method); }
  BIO_METHOD* method;
};

}  // namespace

bio_st* NewBufferBio(BioBuffers& buffers) {
  static const Method made;
  BIO* bio = made.method != nullptr ? BIO_new(made.method) : nullptr;
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &buffers);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace bellrock::rpc
