// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "figures.h"
#include "load_options.h"
#include "registry_client.h"

namespace bellrock::bench {

// What every registry is asked to do. Each runs in a fiber, ends the program when a step fails, and
// adds its figures.
void Fill(RegistryClient& client, const LoadOptions& options, Figures& figures);
void MeasureRegister(RegistryClient& client, const LoadOptions& options, Figures& figures);
void MeasureRenew(RegistryClient& client, const LoadOptions& options, Figures& figures);
void MeasureLookup(RegistryClient& client, const LoadOptions& options, Figures& figures);
void MeasurePush(RegistryClient& client, const LoadOptions& options, Figures& figures);

// Every instance once, and every lease once.
void RegisterAll(RegistryClient& client, const LoadOptions& options);
void RenewAll(RegistryClient& client, const LoadOptions& options);

}  // namespace bellrock::bench
