// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// A plug-in with hooks, settings and all kinds of methods; it says on standard output what happens
// to it.
#include <cstdio>
#include <string>

#include "bellrock/channel.h"
#include "bellrock/plugin.h"
#include "shop/tally/v1/tally.bellrock.h"

namespace shop::tally {
namespace {

int32_t SumOf(const v1::Numbers& numbers) {
  int32_t sum = 0;
  for (const int32_t number : numbers.numbers()) sum += number;
  return sum;
}

v1::Sum Reply(int32_t sum) {
  v1::Sum reply;
  reply.set_sum(sum);
  return reply;
}

void Say(const std::string& text) {
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

}  // namespace

class Tally final : public v1::TallyService {
 public:
  bellrock::Status OnStart(const bellrock::PluginContext& context) {
    Say("started with " + context.settings);
    if (context.settings == "{}") return bellrock::InvalidArgumentError("settings are empty");
    name_ = context.name;
    return bellrock::Status::Ok();
  }
  void OnStop() { Say("stopped"); }

  bellrock::Result<v1::Sum> Add(bellrock::ServerContext&, const v1::Numbers& request) override {
    return Reply(SumOf(request));
  }

  bellrock::Result<v1::Sum> AddByCall(bellrock::ServerContext&,
                                      const v1::Numbers& request) override {
    bellrock::Channel channel(name_);
    return v1::TallyStub(channel).Add(request);
  }

  bellrock::Status Count(bellrock::ServerContext&, const v1::Numbers& request,
                         bellrock::Writer<v1::Sum>& writer) override {
    for (const int32_t number : request.numbers()) BELLROCK_TRY(writer.Write(Reply(number)));
    return bellrock::Status::Ok();
  }

  bellrock::Result<v1::Sum> AddAll(bellrock::ServerContext&,
                                   bellrock::Reader<v1::Numbers>& reader) override {
    int32_t sum = 0;
    v1::Numbers numbers;
    for (;;) {
      BELLROCK_ASSIGN(const bool more, reader.Read(numbers));
      if (!more) break;
      sum += SumOf(numbers);
    }
    Say("added all");
    return Reply(sum);
  }

  bellrock::Status Running(bellrock::ServerContext&, bellrock::Reader<v1::Numbers>& reader,
                           bellrock::Writer<v1::Sum>& writer) override {
    int32_t sum = 0;
    v1::Numbers numbers;
    for (;;) {
      BELLROCK_ASSIGN(const bool more, reader.Read(numbers));
      if (!more) return bellrock::Status::Ok();
      if (numbers.numbers().empty()) return bellrock::AbortedError("nothing to add");
      sum += SumOf(numbers);
      BELLROCK_TRY(writer.Write(Reply(sum)));
    }
  }

 private:
  std::string name_;
};

}  // namespace shop::tally

BELLROCK_PLUGIN(shop::tally::Tally)
