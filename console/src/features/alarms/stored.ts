// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
// Names of settings that are of no service, as the server has them.
export const kPlatform = 'bellrock/alarms';
export const kSilences = 'bellrock/silences';
