// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bellrock {

// The 17 canonical codes, numbered as gRPC numbers them, so that a status crosses protocols
// unchanged. Which to choose when a call cannot be served: kUnavailable if the caller may retry
// just this call; kAborted if it must retry at a higher level; kFailedPrecondition if it must not
// retry until somebody has mended the state.
enum class StatusCode : uint8_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};
inline constexpr int kStatusCodeCount = 17;

// "OK", "INVALID_ARGUMENT", ...; "CODE_99" never occurs: an unknown number reads as kUnknown.
std::string_view StatusCodeName(StatusCode code);
StatusCode StatusCodeFromNumber(uint32_t number);

class ErrorType;

// What became of an operation: a code, a message for a person, and optionally the application's own
// type of error and the status that caused it. 8 bytes and no allocation when OK. Const methods may
// be called from several threads; copies share the same immutable text.
class [[nodiscard]] Status {
 public:
  Status() noexcept = default;  // OK
  Status(StatusCode code, std::string message);
  Status(const Status& other) noexcept : state_(other.state_) {
    if (state_ != nullptr) Share();
  }
  Status(Status&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  Status& operator=(Status other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~Status() {
    if (state_ != nullptr) Release();
  }

  static Status Ok() { return Status(); }

  bool ok() const { return state_ == nullptr; }
  StatusCode code() const;
  std::string_view message() const;
  // The status this one was made from with WithCause(), or nullptr.
  const Status* cause() const;
  // What the application calls this failure, "SoldOut"; "" if it has no word for it.
  std::string_view error_type() const;

  // The same code and message, remembering why. Keeps OK as it is.
  Status WithCause(Status cause) const;
  // The same code, the message preceded by "context: ".
  Status WithContext(std::string_view context) const;
  // The same, with the application's own type of error, by which its failed calls are counted:
  // FailedPreconditionError("no seat is left").WithErrorType("SoldOut"). It crosses every protocol
  // with the status. Keeps OK as it is.
  Status WithErrorType(ErrorType type) const;

  // "UNAVAILABLE: connect 127.0.0.1:7600: refused; because ...", "FAILED_PRECONDITION (SoldOut): no
  // seat is left" or "OK".
  std::string ToString() const;

  friend bool operator==(const Status& a, const Status& b) {
    return a.code() == b.code() && a.message() == b.message() && a.error_type() == b.error_type();
  }

 private:
  struct State;

  explicit Status(State* state) : state_(state) {}
  void Share() const;
  void Release();

  State* state_ = nullptr;  // counts its owners; null: OK
};

Status CancelledError(std::string message);
Status UnknownError(std::string message);
Status InvalidArgumentError(std::string message);
Status DeadlineExceededError(std::string message);
Status NotFoundError(std::string message);
Status AlreadyExistsError(std::string message);
Status PermissionDeniedError(std::string message);
Status ResourceExhaustedError(std::string message);
Status FailedPreconditionError(std::string message);
Status AbortedError(std::string message);
Status OutOfRangeError(std::string message);
Status UnimplementedError(std::string message);
Status InternalError(std::string message);
Status UnavailableError(std::string message);
Status DataLossError(std::string message);
Status UnauthenticatedError(std::string message);

[[noreturn]] void CrashOnBadAccess(const Status& status);

// A value, or the Status that says why there is none. Never holds an OK status. Reading the value
// of a failed result is a broken invariant and crashes with the status printed.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(const T& value) : value_(value) {}
  Result(T&& value) : value_(std::move(value)) {}
  // A value made in place, to be filled by reference.
  explicit Result(std::in_place_t) : value_(std::in_place) {}
  Result(Status status) : status_(std::move(status)) { RefuseOk(status_); }

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Status& status() const { return status_; }

  T& value() & { return Checked(); }
  const T& value() const& { return const_cast<Result*>(this)->Checked(); }
  T&& value() && { return std::move(Checked()); }
  T& operator*() & { return Checked(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(Checked()); }
  T* operator->() { return &Checked(); }
  const T* operator->() const { return &value(); }

 private:
  T& Checked() {
    if (!value_.has_value()) CrashOnBadAccess(status_);
    return *value_;
  }
  static void RefuseOk(const Status& status);

  Status status_;
  std::optional<T> value_;
};

template <typename T>
void Result<T>::RefuseOk(const Status& status) {
  if (status.ok()) CrashOnBadAccess(status);
}

inline constexpr size_t kErrorTypeBytesMax = 64;

// 1 to 64 letters, digits, '_', '.' and '-', and not "OK", which no failure is counted as.
constexpr bool IsErrorType(std::string_view text) {
  for (const char byte : text) {
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    const bool digit = byte >= '0' && byte <= '9';
    if (!letter && !digit && byte != '_' && byte != '.' && byte != '-') return false;
  }
  return !text.empty() && text.size() <= kErrorTypeBytesMax && text != "OK";
}

// Never defined: the compiler names it where it refuses an error type.
void ErrorTypeMustBe1To64LettersDigitsUnderscoresDotsDashesAndNotOk();

// A short word by which an application tells its failures apart: "SoldOut", "card.declined". Few in
// number and known when the program is written, since calls are counted by it: no user's name, no
// id. Borrows its text.
class ErrorType {
 public:
  // From a constant; the compiler refuses what is no error type.
  template <std::convertible_to<std::string_view> Text>
  consteval ErrorType(const Text& text) : text_(text) {
    if (!IsErrorType(text_)) ErrorTypeMustBe1To64LettersDigitsUnderscoresDotsDashesAndNotOk();
  }
  // From what is known at run time only. kInvalidArgument names the text and what would do.
  static Result<ErrorType> Parse(std::string_view text);

  constexpr std::string_view text() const { return text_; }

 private:
  ErrorType() = default;

  std::string_view text_;
};

}  // namespace bellrock

#define BELLROCK_CONCAT_INNER(a, b) a##b
#define BELLROCK_CONCAT(a, b) BELLROCK_CONCAT_INNER(a, b)

// Returns from the enclosing function if `expr` (a Status) is not OK.
#define BELLROCK_TRY(expr)                                                          \
  do {                                                                              \
    if (::bellrock::Status bellrock_try_status = (expr); !bellrock_try_status.ok()) \
      return bellrock_try_status;                                                   \
  } while (false)

// BELLROCK_ASSIGN(auto stream, network.Connect(address)): declares or assigns `lhs` from a Result,
// or returns its status.
#define BELLROCK_ASSIGN(lhs, expr) \
  BELLROCK_ASSIGN_INNER(BELLROCK_CONCAT(bellrock_result_, __COUNTER__), lhs, expr)
#define BELLROCK_ASSIGN_INNER(result, lhs, expr) \
  auto result = (expr);                          \
  if (!result.ok()) return result.status();      \
  lhs = std::move(*result)
