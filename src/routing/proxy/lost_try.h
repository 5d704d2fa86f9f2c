// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// What follows when a try with an instance brought no answer. Pure; the one place of that decision,
// for all versions of HTTP.
namespace bellrock::routing::proxy {

struct LostTry {
  bool answer_begun = false;  // a byte of it has come
  bool timed_out = false;     // the instance was waited for in vain
  bool lay_idle = false;      // on a connection that nothing else used when the request was sent
  bool untouched = false;     // the instance said that it did not begin with the request
  bool leaving = false;       // the instance had said that it takes no more
  bool idempotent = false;    // doing it twice is as good as once
  bool held = false;          // all that was sent of the request is still here
  size_t tries = 1;           // this one included
  size_t tries_max = 1;
};

struct AfterLoss {
  bool again = false;  // the request goes to another instance
  bool blame = false;  // it counts against this one
};

constexpr AfterLoss After(const LostTry& lost) {
  // That a connection which lay idle was closed says nothing of the instance, nor that one which
  // ends in good order passes a request by.
  const bool stale = lost.lay_idle && !lost.answer_begun && !lost.timed_out;
  const bool passed_by = lost.untouched && lost.leaving;
  const bool harmless = (lost.untouched || lost.idempotent) && lost.held;
  return {.again = harmless && !lost.answer_begun && !lost.timed_out && lost.tries < lost.tries_max,
          .blame = !stale && !passed_by};
}

}  // namespace bellrock::routing::proxy
