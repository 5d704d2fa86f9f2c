// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "bellrock/status.h"
#include "bellrock/time.h"

// The only door to the operating system. Everything above takes an Environment; production code
// gets RealEnvironment(), tests get testing::World, in which time, network and disk come from one
// seed.
//
// "Blocks" below means: blocks the calling fiber, ends early with kDeadlineExceeded at the fiber's
// deadline and with kCancelled when the fiber is cancelled (see fiber/fiber.h).
namespace bellrock::fiber {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time Now() = 0;
  virtual WallTime WallNow() = 0;
};

class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t Next() = 0;
};

// A connected byte stream (TCP, Unix or simulated). Belongs to the loop that made it; one reader
// fiber and one writer fiber at a time.
class Stream {
 public:
  virtual ~Stream() = default;
  // Blocks until at least one byte came. 0 = the peer closed its side. kUnavailable if the
  // connection broke.
  virtual Result<size_t> Read(std::span<std::byte> buffer) = 0;
  // Blocks until a Read() probably has something to tell: so that no buffer is held meanwhile.
  virtual Status WaitReadable() { return Status::Ok(); }
  // Never blocks; returns how many bytes the kernel took, 0 if it takes none now.
  virtual Result<size_t> TryWrite(std::span<const iovec> parts) = 0;
  // Blocks until TryWrite would take something.
  virtual Status WaitWritable() = 0;
  // Blocks until all is handed to the kernel.
  virtual Status WriteAll(std::span<const std::byte> bytes) = 0;
  // Ends this side's output: the peer reads what was written and then the end. Reading goes on.
  virtual Status EndWrite() { return UnimplementedError("this stream cannot be closed by halves"); }
  // Nothing has come since a read took all there was, and the peer has not ended its side: as far
  // as is known without asking the kernel. For a connection that is kept for later.
  virtual bool quiet() const { return false; }
  // Ends both directions; blocked fibers get kUnavailable. Idempotent. The destructor does it too.
  virtual void Close() = 0;
  virtual const Address& local() const = 0;
  virtual const Address& peer() const = 0;
};

class Listener {
 public:
  virtual ~Listener() = default;
  // Blocks. kUnavailable after Close(). When the process is out of file descriptors it waits and
  // tries again.
  virtual Result<std::unique_ptr<Stream>> Accept() = 0;
  virtual void Close() = 0;
  // With the real port, also when 0 was asked for.
  virtual const Address& address() const = 0;
};

class DatagramSocket {
 public:
  virtual ~DatagramSocket() = default;
  virtual Status SendTo(const Address& to, std::span<const std::byte> bytes) = 0;
  // Blocks. Bytes beyond the buffer are cut off.
  virtual Result<size_t> ReceiveFrom(std::span<std::byte> buffer, Address& from) = 0;
  virtual void Close() = 0;
  virtual const Address& address() const = 0;
};

struct ListenOptions {
  int backlog = 1024;
  // Several listeners (one per loop) share one port; the kernel spreads connections.
  bool reuse_port = false;
};

class Network {
 public:
  virtual ~Network() = default;
  virtual Result<std::unique_ptr<Listener>> Listen(const Address& address,
                                                   const ListenOptions& options) = 0;
  // Blocks. kUnavailable with the reason (refused, unreachable).
  virtual Result<std::unique_ptr<Stream>> Connect(const Address& address) = 0;
  virtual Result<std::unique_ptr<DatagramSocket>> Bind(const Address& address) = 0;
};

// An open file. Calls block the fiber only: the system calls run on a small pool of threads.
// One caller at a time.
class File {
 public:
  virtual ~File() = default;
  virtual Result<size_t> ReadAt(uint64_t offset, std::span<std::byte> buffer) = 0;  // 0 = end
  // All or an error; after an error the tail of the file is undefined. Full disk:
  // kResourceExhausted.
  virtual Status Append(std::span<const std::byte> bytes) = 0;
  virtual Status Sync() = 0;
  virtual Status Truncate(uint64_t size) = 0;
  virtual Result<uint64_t> Size() = 0;
};

// Held until destroyed, or until the process ends however it ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode { kRead, kAppendOrCreate, kCreateNew };

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Result<std::unique_ptr<File>> Open(const std::string& path, OpenMode mode) = 0;
  virtual Status Rename(const std::string& from,
                        const std::string& to) = 0;    // atomic, directory synced
  virtual Status Remove(const std::string& path) = 0;  // kNotFound if absent
  virtual Status CreateDirectories(const std::string& path) = 0;
  virtual Result<std::vector<std::string>> List(const std::string& directory) = 0;  // names, sorted
  // Exclusive; makes the file if it is not there. kFailedPrecondition if somebody else holds it.
  virtual Result<std::unique_ptr<FileLock>> Lock(const std::string& path) = 0;
};

struct Environment {
  Clock& clock;
  Network& network;
  Disk& disk;
  Random& random;
};

// The real one. Sockets made through it belong to the current loop.
Environment RealEnvironment();

}  // namespace bellrock::fiber
