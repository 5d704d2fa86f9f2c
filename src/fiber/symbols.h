// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace bellrock::fiber {

// Names of the functions of this process, of static ones too: the symbol tables of the program and
// its libraries, read from their files when first asked for. Not thread-safe; reading takes tens of
// milliseconds.
class Symbols {
 public:
  Symbols();
  ~Symbols();

  // "bellrock::rpc::Link::ReadMore()", or "libc.so.6+0x1234", or "0x7f...". `address` is a return
  // address: that of the call is looked up.
  std::string NameOf(const void* address);

 private:
  struct Module;
  Module* ModuleOf(uintptr_t address);

  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace bellrock::fiber
