// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "cli/routing/settings_edit.h"

#include <fmt/format.h>
#include <google/protobuf/util/json_util.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "rpc/http/json.h"

namespace bellrock::cli {
namespace {

namespace v1 = routing::v1;

const google::protobuf::FieldDescriptor* FieldNamed(const std::string& name) {
  const google::protobuf::Descriptor& type = *v1::RouteSettings::descriptor();
  const auto* field = type.FindFieldByName(name);
  return field != nullptr ? field : type.FindFieldByCamelcaseName(name);
}

}  // namespace

Result<v1::RouteSettings> ParseSettings(std::string_view json) {
  v1::RouteSettings settings;
  BELLROCK_TRY(rpc::JsonToMessage(json, settings).WithContext("settings"));
  return settings;
}

Status MergeSettings(std::string_view json, v1::RouteSettings& settings) {
  BELLROCK_ASSIGN(const v1::RouteSettings given, ParseSettings(json));
  const auto object = nlohmann::json::parse(json, nullptr, /*allow_exceptions=*/false);
  for (const auto& [name, value] : object.items()) {
    const auto* field = FieldNamed(name);
    if (field != nullptr) settings.GetReflection()->ClearField(&settings, field);
  }
  settings.MergeFrom(given);
  return Status::Ok();
}

Result<std::string> SettingsText(const v1::RouteSettings& settings) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string text;
  const auto status = google::protobuf::util::MessageToJsonString(settings, &text, options);
  if (!status.ok()) return InternalError("settings cannot be printed: " + status.ToString());
  return text;
}

Result<double> ParseShare(std::string_view option, std::string_view text) {
  const bool percent = text.ends_with('%');
  const std::string_view digits = percent ? text.substr(0, text.size() - 1) : text;
  double share = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), share);
  if (percent) share /= 100;
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (whole && std::isfinite(share) && share > 0 && share <= 1) return share;
  return InvalidArgumentError(
      fmt::format("{} '{}': write more than 0 % and at most 100 %, as 30% or 0.3", option, text));
}

void PutMove(v1::RatioMove move, v1::RouteSettings& settings) {
  for (v1::RatioMove& present : *settings.mutable_ratio_moves()) {
    if (present.from_site() != move.from_site() || present.to_site() != move.to_site()) continue;
    present = std::move(move);
    return;
  }
  *settings.add_ratio_moves() = std::move(move);
}

int TakeMovesBack(std::string_view from_site, v1::RouteSettings& settings) {
  const int before = settings.ratio_moves_size();
  v1::RouteSettings left;
  for (const v1::RatioMove& move : settings.ratio_moves()) {
    if (!from_site.empty() && move.from_site() != from_site) *left.add_ratio_moves() = move;
  }
  settings.mutable_ratio_moves()->Swap(left.mutable_ratio_moves());
  return before - settings.ratio_moves_size();
}

}  // namespace bellrock::cli
