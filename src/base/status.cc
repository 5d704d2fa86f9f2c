// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "bellrock/status.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/check.h"

namespace bellrock {
namespace {

constexpr std::array<std::string_view, kStatusCodeCount> kNames = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

}  // namespace

std::string_view StatusCodeName(StatusCode code) {
  return kNames[static_cast<size_t>(code)];
}

StatusCode StatusCodeFromNumber(uint32_t number) {
  return number < kStatusCodeCount ? static_cast<StatusCode>(number) : StatusCode::kUnknown;
}

struct Status::State {
  State(StatusCode of, std::string text, Status because = {}, std::string type = {})
      : code(of),
        message(std::move(text)),
        cause(std::move(because)),
        error_type(std::move(type)) {}

  const StatusCode code;
  const std::string message;
  const Status cause;
  const std::string error_type;
  std::atomic<uint32_t> owners = 1;
};

Status::Status(StatusCode code, std::string message) {
  if (code == StatusCode::kOk) return;
  state_ = std::make_unique<State>(code, std::move(message)).release();  // Release() takes it back
}

void Status::Share() const {
  state_->owners.fetch_add(1, std::memory_order_relaxed);
}

// The last owner must see what the others did with the text before it goes.
void Status::Release() {
  if (state_->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) delete state_;
}

StatusCode Status::code() const {
  return ok() ? StatusCode::kOk : state_->code;
}

std::string_view Status::message() const {
  return ok() ? std::string_view() : std::string_view(state_->message);
}

const Status* Status::cause() const {
  return ok() || state_->cause.ok() ? nullptr : &state_->cause;
}

std::string_view Status::error_type() const {
  return ok() ? std::string_view() : std::string_view(state_->error_type);
}

Status Status::WithCause(Status cause) const {
  if (ok()) return *this;
  return Status(
      std::make_unique<State>(code(), state_->message, std::move(cause), state_->error_type)
          .release());
}

Status Status::WithContext(std::string_view context) const {
  if (ok()) return *this;
  std::string text = std::string(context) + ": " + state_->message;
  return Status(std::make_unique<State>(code(), std::move(text), state_->cause, state_->error_type)
                    .release());
}

Status Status::WithErrorType(ErrorType type) const {
  if (ok()) return *this;
  return Status(
      std::make_unique<State>(code(), state_->message, state_->cause, std::string(type.text()))
          .release());
}

std::string Status::ToString() const {
  std::string text;
  for (const Status* status = this; status != nullptr; status = status->cause()) {
    if (status != this) text.append("; because ");
    text.append(StatusCodeName(status->code()));
    if (!status->error_type().empty()) text.append(" (").append(status->error_type()).append(")");
    if (!status->message().empty()) text.append(": ").append(status->message());
  }
  return text;
}

Result<ErrorType> ErrorType::Parse(std::string_view text) {
  if (!IsErrorType(text)) {
    return InvalidArgumentError(
        "error type \"" + std::string(text.substr(0, kErrorTypeBytesMax)) +
        "\": write 1 to 64 letters, digits, '_', '.' and '-', and not OK, for example SoldOut");
  }
  ErrorType type;
  type.text_ = text;
  return type;
}

#define BELLROCK_DEFINE_ERROR(Name)                         \
  Status Name##Error(std::string message) {                 \
    return Status(StatusCode::k##Name, std::move(message)); \
  }
BELLROCK_DEFINE_ERROR(Cancelled)
BELLROCK_DEFINE_ERROR(Unknown)
BELLROCK_DEFINE_ERROR(InvalidArgument)
BELLROCK_DEFINE_ERROR(DeadlineExceeded)
BELLROCK_DEFINE_ERROR(NotFound)
BELLROCK_DEFINE_ERROR(AlreadyExists)
BELLROCK_DEFINE_ERROR(PermissionDenied)
BELLROCK_DEFINE_ERROR(ResourceExhausted)
BELLROCK_DEFINE_ERROR(FailedPrecondition)
BELLROCK_DEFINE_ERROR(Aborted)
BELLROCK_DEFINE_ERROR(OutOfRange)
BELLROCK_DEFINE_ERROR(Unimplemented)
BELLROCK_DEFINE_ERROR(Internal)
BELLROCK_DEFINE_ERROR(Unavailable)
BELLROCK_DEFINE_ERROR(DataLoss)
BELLROCK_DEFINE_ERROR(Unauthenticated)
#undef BELLROCK_DEFINE_ERROR

void CrashOnBadAccess(const Status& status) {
  CheckFailed(__FILE__, __LINE__, "result.ok()", status.ToString().c_str());
}

}  // namespace bellrock
