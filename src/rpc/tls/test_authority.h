// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bellrock/time.h"
#include "fiber/environment.h"

struct evp_pkey_st;
struct x509_st;

// Certificates for tests, made on the spot.
namespace bellrock::rpc {

struct TestSubject {
  std::string common_name{};
  std::vector<std::string> names{};  // as openssl.cnf writes them: "DNS:web", "URI:spiffe://..."
  std::string usage{};               // extendedKeyUsage: "clientAuth"; "" leaves it out
  Duration valid_from = std::chrono::hours(-1);  // from now
  Duration valid_until = std::chrono::hours(1);
};

struct TestPair {
  std::string certificate;  // PEM
  std::string key;
  std::shared_ptr<x509_st> parsed;
};

// Signs certificates, valid around the wall time it was given.
class TestAuthority {
 public:
  TestAuthority(std::string name, WallTime now);

  TestPair Issue(const TestSubject& subject, WallTime now) const;
  TestPair Issue(const TestSubject& subject) const { return Issue(subject, now_); }
  const std::string& certificate() const { return certificate_; }  // PEM

 private:
  WallTime now_;
  std::shared_ptr<evp_pkey_st> key_;
  std::shared_ptr<x509_st> parsed_;
  std::string certificate_;
};

// Replaces a file at once.
void PutFile(fiber::Disk& disk, const std::string& path, const std::string& content);
// "NAME.pem" and "NAME.key".
void PutPair(fiber::Disk& disk, const std::string& name, const TestPair& pair);

}  // namespace bellrock::rpc
