// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/platform/data_centre_flags.h"

#include <algorithm>
#include <cstdlib>
#include <span>

#include "fiber/environment.h"

namespace bellrock::cli {
namespace {

constexpr char kQueueFlag[] = "--metrics-queue";
constexpr char kStoreFlag[] = "--metrics-store";
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
  return FillCredentials(engines);
}

Result<bool> DataCentreFlags::Computes() const {
  if (compute.empty()) return true;
  return metrics::server::ParseYesNo(kComputeFlag, compute);
}

}  // namespace bellrock::cli
