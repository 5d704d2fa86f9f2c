// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "server/console.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <array>
#include <utility>

namespace bellrock::server {
namespace {

constexpr std::string_view kGzipSuffix = ".gz";
constexpr std::string_view kNotBuilt =
    "This program was built without the console. Build it with ./run build, or use the command "
    "line: "
    "bellrock naming ls\n";

std::string_view ContentType(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kTypes = {{
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".json", "application/json"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
  }};
  for (const auto& [suffix, type] : kTypes) {
    if (path.ends_with(suffix)) return type;
  }
  return "application/octet-stream";
}

// The console's own router takes every path but those of hashed files: "/assets/gone.js" must stay
// a 404, while a service's name may hold dots.
bool IsPage(std::string_view path) {
  return !path.starts_with("/assets/");
}

rpc::HttpReply TextReply(int status, std::string_view text) {
  rpc::HttpReply reply;
  reply.status = status;
  reply.body = text;
  return reply;
}

}  // namespace

Console::Console(std::span<const Asset> assets) {
  for (const Asset& asset : assets) {
    if (asset.path.ends_with(kGzipSuffix)) continue;
    File& file = files_[std::string(asset.path)];
    file.plain = asset.content;
    file.etag = fmt::format("\"{:016x}\"", XXH3_64bits(asset.content.data(), asset.content.size()));
  }
  for (const Asset& asset : assets) {
    if (!asset.path.ends_with(kGzipSuffix)) continue;
    auto file = files_.find(asset.path.substr(0, asset.path.size() - kGzipSuffix.size()));
    if (file != files_.end()) file->second.gzip = asset.content;
  }
}

rpc::HttpReply Console::Serve(const rpc::HttpRequest& request) const {
  std::string_view path = request.path;
  auto found = files_.find(path);
  if (found == files_.end() && IsPage(path)) {
    path = "/index.html";
    found = files_.find(path);
    if (found == files_.end()) return TextReply(404, kNotBuilt);
  }
  if (found == files_.end()) return TextReply(404, "no such file\n");
  const File& file = found->second;
  rpc::HttpReply reply;
  reply.content_type = ContentType(path);
  reply.headers.emplace_back("ETag", file.etag);
  reply.headers.emplace_back("Vary", "Accept-Encoding");
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  // Names under /assets/ carry a hash of their content and never change.
  reply.headers.emplace_back("Cache-Control", path.starts_with("/assets/")
                                                  ? "public, max-age=31536000, immutable"
                                                  : "no-cache");
  if (request.if_none_match == file.etag) {
    reply.status = 304;
    return reply;
  }
  const bool gzip = !file.gzip.empty() && request.accept_encoding.find("gzip") != std::string::npos;
  if (gzip) reply.headers.emplace_back("Content-Encoding", "gzip");
  reply.body = gzip ? file.gzip : file.plain;
  return reply;
}

}  // namespace bellrock::server
