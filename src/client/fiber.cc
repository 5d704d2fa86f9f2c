// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "fiber/fiber.h"

#include "bellrock/fiber.h"
#include "client/runtime.h"
#include "fiber/sync.h"

namespace bellrock {

Status Go(std::function<void()> body) {
  if (fiber::InFiber()) return fiber::Loop::Current()->Spawn(std::move(body));
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  return runtime->home().Post(std::move(body)) ? Status::Ok()
                                               : UnavailableError("the program is ending");
}

Status Run(std::function<void()> body) {
  BELLROCK_ASSIGN(std::shared_ptr<client::Runtime> runtime, client::Runtime::Get());
  return fiber::RunOn(runtime->home(), std::move(body));
}

Time Now() {
  return fiber::RealEnvironment().clock.Now();
}

WallTime WallNow() {
  return fiber::RealEnvironment().clock.WallNow();
}

Status SleepFor(Duration duration) {
  return SleepUntil(Now() + duration);
}

Status SleepUntil(Time when) {
  if (fiber::InFiber()) return fiber::SleepUntil(when);
  Status slept;
  BELLROCK_TRY(Run([&] { slept = fiber::SleepUntil(when); }));
  return slept;
}

}  // namespace bellrock
