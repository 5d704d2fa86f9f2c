// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "bellrock/status.h"
#include "naming/instance.h"

namespace bellrock::naming {

inline constexpr int32_t kWeightMax = 10'000;  // ZY-030
inline constexpr int32_t kWeightDefault = 100;
inline constexpr int32_t kLeaseMsMin = 1'000;
inline constexpr int32_t kLeaseMsMax = 3'600'000;
inline constexpr int32_t kLeaseMsDefault = 10'000;  // two heartbeats of 5 s (VIN-086)
// What programs number their lives and words with; beyond it there is room to count on.
inline constexpr uint64_t kCountedMax = (uint64_t{1} << 61) - 1;
inline constexpr size_t kLabelsMax = 32;
inline constexpr size_t kLabelKeyBytesMax = 63;
inline constexpr size_t kLabelValueBytesMax = 255;
inline constexpr size_t kReasonBytesMax = 512;
inline constexpr size_t kDocumentBytesMax = size_t{32} << 10;

// Fills in defaults and refuses what no instance may say: kInvalidArgument with field, value and
// remedy.
Status CheckSpec(Spec& spec);
Status CheckIncarnation(uint64_t incarnation);
Status CheckOperatorState(const OperatorState& state);
Status CheckDocument(const OperatorState& state);

}  // namespace bellrock::naming
