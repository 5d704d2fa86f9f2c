// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/platform/data_centre_flags.h"

#include <algorithm>
#include <cstdlib>
#include <span>

#include "fiber/environment.h"
#include "metrics/bounds.h"

namespace bellrock::cli {
namespace {

constexpr char kQueueFlag[] = "--metrics-queue";
constexpr char kStoreFlag[] = "--metrics-store";
constexpr char kPartitionsFlag[] = "--metrics-partitions";
constexpr char kKeepFlag[] = "--metrics-keep";
constexpr char kSecretFlag[] = "--cluster-secret-file";
constexpr char kComputeFlag[] = "--metrics-compute";
constexpr char kUser[] = "BELLROCK_CLICKHOUSE_USER";
constexpr char kPassword[] = "BELLROCK_CLICKHOUSE_PASSWORD";
constexpr char kPasswordFile[] = "BELLROCK_CLICKHOUSE_PASSWORD_FILE";

std::string Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// The first line.
Result<std::string> ReadPassword(const std::string& path) {
  constexpr size_t kBytesMax = 1024;
  const std::string context = std::string(kPasswordFile) + "='" + path + "'";
  auto file = fiber::RealEnvironment().disk.Open(path, fiber::OpenMode::kRead);
  if (!file.ok()) return file.status().WithContext(context);
  std::string text(kBytesMax, '\0');
  const auto got = (*file)->ReadAt(0, std::as_writable_bytes(std::span(text)));
  if (!got.ok()) return got.status().WithContext(context);
  text.resize(*got);
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (!text.empty()) return text;
  return InvalidArgumentError(context + ": its first line is empty; write the password there");
}

// Not as flags: whoever lists processes would see them.
Status FillCredentials(metrics::server::EngineOptions& engines) {
  if (engines.store.kind != metrics::server::StoreChoice::Kind::kClickhouse) return Status::Ok();
  if (const std::string user = Variable(kUser); !user.empty()) engines.clickhouse_user = user;
  engines.clickhouse_password = Variable(kPassword);
  const std::string path = Variable(kPasswordFile);
  if (path.empty()) return Status::Ok();
  BELLROCK_ASSIGN(engines.clickhouse_password, ReadPassword(path));
  return Status::Ok();
}

}  // namespace

void DataCentreFlags::AddEngines(CLI::App& verb, const std::string& queue_default,
                                 const std::string& store_default) {
  verb.add_option(kQueueFlag, queue,
                  "Where counted calls wait: embedded, server:HOST:PORT or "
                  "kafka:HOST:PORT,HOST:PORT (default: " +
                      queue_default + ")")
      ->envname("BELLROCK_METRICS_QUEUE");
  verb.add_option(kStoreFlag, store,
                  "Where figures are kept: embedded, server:HOST:PORT or "
                  "clickhouse:HOST:PORT/DATABASE (default: " +
                      store_default + ")")
      ->envname("BELLROCK_METRICS_STORE");
  verb.add_option(
          kPartitionsFlag, partitions,
          "At most so many processes compute; for good, and the same for all processes of a "
          "data centre (default: as it was made, a new one with 8)")
      ->envname("BELLROCK_METRICS_PARTITIONS")
      ->check(CLI::Range(1U, metrics::kQueuePartitionsMax));
  verb.add_option(kKeepFlag, keep,
                  "How long figures are kept, by their windows; the same for all processes of a "
                  "data centre (default: seconds=1h,minutes=30d,hours=400d,days=5y)")
      ->envname("BELLROCK_METRICS_KEEP");
  verb.add_option(kSecretFlag, secret_file,
                  "File with what only the servers of this cluster and who computes for them know, "
                  "16 bytes at least");
}

void DataCentreFlags::AddCompute(CLI::App& verb) {
  verb.add_option(kComputeFlag, compute,
                  "Make figures of counted calls in this process, too: yes or no (default: yes)")
      ->envname("BELLROCK_METRICS_COMPUTE");
}

Status DataCentreFlags::Fill(metrics::server::EngineOptions& engines) const {
  if (!queue.empty()) {
    BELLROCK_ASSIGN(engines.queue, metrics::server::ParseQueueChoice(kQueueFlag, queue));
  }
  if (!store.empty()) {
    BELLROCK_ASSIGN(engines.store, metrics::server::ParseStoreChoice(kStoreFlag, store));
  }
  engines.partitions = partitions;
  return FillCredentials(engines);
}

Result<bool> DataCentreFlags::Computes() const {
  if (compute.empty()) return true;
  return metrics::server::ParseYesNo(kComputeFlag, compute);
}

Result<metrics::server::Retention> DataCentreFlags::Keeps() const {
  return metrics::server::ParseRetention(kKeepFlag, keep);
}

Result<std::optional<naming::server::ClusterSecret>> DataCentreFlags::Secret() const {
  using naming::server::ClusterSecret;
  if (secret_file.empty()) return std::optional<ClusterSecret>();
  auto secret = ClusterSecret::Read(fiber::RealEnvironment().disk, secret_file);
  if (!secret.ok()) return secret.status().WithContext(kSecretFlag);
  return std::optional<ClusterSecret>(std::move(*secret));
}

}  // namespace bellrock::cli
