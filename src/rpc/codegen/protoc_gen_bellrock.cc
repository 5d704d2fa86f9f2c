// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// protoc plug-in: for each service of x.proto writes into x.bellrock.{h,cc}
//   class XService : public bellrock::Service   plain synchronous virtual functions to override
//   class XStub                                 the same functions, made as calls through a
//   channel;
//                                               unary ones also as MAsync(), which returns a Future
#include <google/protobuf/compiler/code_generator.h>
#include <google/protobuf/compiler/plugin.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/printer.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include <map>
#include <memory>
#include <string>

namespace {

namespace pb = google::protobuf;
using Vars = std::map<std::string, std::string>;

constexpr char kSpdx[] =
    "// SPDX-FileCopyrightText: 2026 The Bellrock Authors\n"
    "// SPDX-License-Identifier: Apache-2.0\n"
    "// Made by protoc-gen-bellrock from $file$; do not edit.\n";

std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string WithoutProto(const std::string& file) {
  return file.substr(0, file.rfind(".proto"));
}

std::string CppType(const pb::Descriptor* message) {
  return "::" + Replaced(std::string(message->full_name()), ".", "::");
}

enum class Kind { kUnary, kServerStreaming, kClientStreaming, kBidiStreaming };

Kind KindOf(const pb::MethodDescriptor* method) {
  if (method->client_streaming()) {
    return method->server_streaming() ? Kind::kBidiStreaming : Kind::kClientStreaming;
  }
  return method->server_streaming() ? Kind::kServerStreaming : Kind::kUnary;
}

Vars MethodVars(const pb::MethodDescriptor* method) {
  return {{"method", std::string(method->name())},
          {"request", CppType(method->input_type())},
          {"reply", CppType(method->output_type())},
          {"service", std::string(method->service()->name())},
          {"full", std::string(method->service()->full_name())}};
}

// What a service author overrides, by kind: the result, and the arguments after the context with
// and without their names.
struct HandlerShape {
  const char* result;
  const char* arguments;
  const char* unnamed;
};

HandlerShape HandlerOf(Kind kind) {
  switch (kind) {
    case Kind::kUnary:
      return {"::bellrock::Result<$reply$>", "const $request$& request", "const $request$&"};
    case Kind::kServerStreaming:
      return {"::bellrock::Status", "const $request$& request, ::bellrock::Writer<$reply$>& writer",
              "const $request$&, ::bellrock::Writer<$reply$>&"};
    case Kind::kClientStreaming:
      return {"::bellrock::Result<$reply$>", "::bellrock::Reader<$request$>& reader",
              "::bellrock::Reader<$request$>&"};
    case Kind::kBidiStreaming:
      return {"::bellrock::Status",
              "::bellrock::Reader<$request$>& reader, ::bellrock::Writer<$reply$>& writer",
              "::bellrock::Reader<$request$>&, ::bellrock::Writer<$reply$>&"};
  }
  return {};
}

void PrintServiceClass(const pb::ServiceDescriptor* service, pb::io::Printer& out) {
  out.Print(
      "// Derive from this and override what you serve; the rest answers UNIMPLEMENTED.\n"
      "class $service$Service : public ::bellrock::Service {\n public:\n"
      "  static constexpr std::string_view kFullName = \"$full$\";\n"
      "  std::string_view full_name() const override { return kFullName; }\n"
      "  std::span<const ::bellrock::MethodDescriptor> methods() const override;\n",
      "service", std::string(service->name()), "full", std::string(service->full_name()));
  for (int i = 0; i < service->method_count(); ++i) {
    const pb::MethodDescriptor* method = service->method(i);
    const HandlerShape shape = HandlerOf(KindOf(method));
    const std::string text = std::string("  virtual ") + shape.result +
                             " $method$(\n      ::bellrock::ServerContext& context, " +
                             shape.arguments + ");\n";
    out.Print(MethodVars(method), text.c_str());
  }
  out.Print("};\n\n");
}

// True if the service has a method of this name itself, so that none may be made up beside it.
bool HasMethod(const pb::ServiceDescriptor* service, const std::string& name) {
  return service->FindMethodByName(name) != nullptr;
}

// The stub's result and arguments, by kind.
std::string StubResult(Kind kind) {
  switch (kind) {
    case Kind::kUnary:
      return "::bellrock::Result<$reply$>";
    case Kind::kServerStreaming:
      return "::bellrock::Result<::bellrock::Reader<$reply$>>";
    case Kind::kClientStreaming:
      return "::bellrock::Result<::bellrock::ClientWriter<$request$, $reply$>>";
    case Kind::kBidiStreaming:
      return "::bellrock::Result<::bellrock::Duplex<$request$, $reply$>>";
  }
  return "";
}

bool SendsOneRequest(Kind kind) {
  return kind == Kind::kUnary || kind == Kind::kServerStreaming;
}

void PrintAsync(const pb::MethodDescriptor* method, pb::io::Printer& out) {
  if (HasMethod(method->service(), std::string(method->name()) + "Async")) return;
  out.Print(MethodVars(method),
            "  ::bellrock::Future<$reply$> $method$Async(\n"
            "      $request$ request, ::bellrock::CallOptions options = {}) const {\n"
            "    return ::bellrock::Async<$reply$>([stub = *this, request = std::move(request),\n"
            "                                      options = std::move(options)] {\n"
            "      return stub.$method$(request, options);\n    });\n  }\n");
}

void PrintStubClass(const pb::ServiceDescriptor* service, pb::io::Printer& out) {
  out.Print(
      "// Calls $full$ through a channel, which is borrowed. Copyable; as thread-safe as the "
      "channel.\n"
      "class $service$Stub {\n public:\n"
      "  explicit $service$Stub(::bellrock::ChannelInterface& channel) : channel_(&channel) {}\n",
      "service", std::string(service->name()), "full", std::string(service->full_name()));
  for (int i = 0; i < service->method_count(); ++i) {
    const pb::MethodDescriptor* method = service->method(i);
    const Kind kind = KindOf(method);
    const std::string text = "  " + StubResult(kind) + " $method$(\n      " +
                             (SendsOneRequest(kind) ? "const $request$& request, " : "") +
                             "const ::bellrock::CallOptions& options = {}) const;\n";
    out.Print(MethodVars(method), text.c_str());
    if (kind == Kind::kUnary) PrintAsync(method, out);
  }
  out.Print("\n private:\n  ::bellrock::ChannelInterface* channel_;\n};\n\n");
}

void PrintNamespace(const pb::FileDescriptor* file, pb::io::Printer& out, bool open) {
  const std::string name = Replaced(std::string(file->package()), ".", "::");
  if (name.empty()) return;
  out.Print(open ? "namespace $name$ {\n\n" : "}  // namespace $name$\n", "name", name);
}

void PrintHeader(const pb::FileDescriptor* file, pb::io::Printer& out) {
  out.Print(kSpdx, "file", std::string(file->name()));
  out.Print(
      "#pragma once\n\n#include <span>\n#include <string_view>\n#include <utility>\n\n"
      "#include \"bellrock/future.h\"\n#include \"bellrock/service.h\"\n#include "
      "\"$stem$.pb.h\"\n\n",
      "stem", WithoutProto(std::string(file->name())));
  PrintNamespace(file, out, true);
  for (int i = 0; i < file->service_count(); ++i) {
    PrintServiceClass(file->service(i), out);
    PrintStubClass(file->service(i), out);
  }
  PrintNamespace(file, out, false);
}

// The lambda that brings the type-erased arguments to the author's function.
const char* DispatchOf(Kind kind) {
  switch (kind) {
    case Kind::kUnary:
      return "            .unary = [](::bellrock::Service& service, ::bellrock::ServerContext& "
             "context,\n"
             "                const ::bellrock::Message& request, ::bellrock::Message& reply)\n"
             "                -> ::bellrock::Status {\n"
             "              auto result = static_cast<$service$Service&>(service).$method$(\n"
             "                  context, static_cast<const $request$&>(request));\n"
             "              if (!result.ok()) return result.status();\n"
             "              static_cast<$reply$&>(reply) = std::move(*result);\n"
             "              return ::bellrock::Status::Ok();\n"
             "            }},\n";
    case Kind::kServerStreaming:
      return "            .server_streaming = [](::bellrock::Service& service,\n"
             "                ::bellrock::ServerContext& context, const ::bellrock::Message& "
             "request,\n"
             "                ::bellrock::StreamWriter& writer) -> ::bellrock::Status {\n"
             "              ::bellrock::Writer<$reply$> typed(writer);\n"
             "              return static_cast<$service$Service&>(service).$method$(\n"
             "                  context, static_cast<const $request$&>(request), typed);\n"
             "            }},\n";
    case Kind::kClientStreaming:
      return "            .client_streaming = [](::bellrock::Service& service,\n"
             "                ::bellrock::ServerContext& context, ::bellrock::StreamReader& "
             "reader,\n"
             "                ::bellrock::Message& reply) -> ::bellrock::Status {\n"
             "              ::bellrock::Reader<$request$> typed(reader);\n"
             "              auto result =\n"
             "                  static_cast<$service$Service&>(service).$method$(context, typed);\n"
             "              if (!result.ok()) return result.status();\n"
             "              static_cast<$reply$&>(reply) = std::move(*result);\n"
             "              return ::bellrock::Status::Ok();\n"
             "            }},\n";
    case Kind::kBidiStreaming:
      return "            .bidi_streaming = [](::bellrock::Service& service,\n"
             "                ::bellrock::ServerContext& context, ::bellrock::StreamReader& "
             "reader,\n"
             "                ::bellrock::StreamWriter& writer) -> ::bellrock::Status {\n"
             "              ::bellrock::Reader<$request$> requests(reader);\n"
             "              ::bellrock::Writer<$reply$> replies(writer);\n"
             "              return static_cast<$service$Service&>(service).$method$(\n"
             "                  context, requests, replies);\n"
             "            }},\n";
  }
  return "";
}

void PrintDispatch(const pb::MethodDescriptor* method, pb::io::Printer& out) {
  out.Print(MethodVars(method),
            "        ::bellrock::MethodDescriptor{\n"
            "            .name = \"$method$\",\n"
            "            .new_request = []() -> std::unique_ptr<::bellrock::Message> {\n"
            "              return std::make_unique<$request$>();\n            },\n"
            "            .new_reply = []() -> std::unique_ptr<::bellrock::Message> {\n"
            "              return std::make_unique<$reply$>();\n            },\n");
  out.Print(MethodVars(method), DispatchOf(KindOf(method)));
}

void PrintServiceSource(const pb::ServiceDescriptor* service, pb::io::Printer& out) {
  out.Print(
      "std::span<const ::bellrock::MethodDescriptor> $service$Service::methods() const {\n"
      "  static constexpr ::bellrock::MethodDescriptor kMethods[] = {\n",
      "service", std::string(service->name()));
  for (int i = 0; i < service->method_count(); ++i) PrintDispatch(service->method(i), out);
  out.Print("  };\n  return kMethods;\n}\n\n");
  for (int i = 0; i < service->method_count(); ++i) {
    const pb::MethodDescriptor* method = service->method(i);
    const HandlerShape shape = HandlerOf(KindOf(method));
    const std::string text =
        std::string(shape.result) +
        " $service$Service::$method$(\n    ::bellrock::ServerContext&, " + shape.unnamed +
        ") {\n  return ::bellrock::UnimplementedError(\"$full$/$method$ is not served "
        "here\");\n}\n\n";
    out.Print(MethodVars(method), text.c_str());
  }
}

const char* StubBodyOf(Kind kind) {
  switch (kind) {
    case Kind::kUnary:
      return "  ::bellrock::Result<$reply$> reply(std::in_place);\n"
             "  ::bellrock::Status status =\n"
             "      channel_->Call(\"$full$\", \"$method$\", request, *reply, options);\n"
             "  if (!status.ok()) reply = std::move(status);\n  return reply;\n}\n\n";
    case Kind::kServerStreaming:
      return "  auto stream = channel_->OpenStream(\"$full$\", \"$method$\", request, options);\n"
             "  if (!stream.ok()) return stream.status();\n"
             "  return ::bellrock::Reader<$reply$>(std::move(*stream));\n}\n\n";
    case Kind::kClientStreaming:
      return "  auto call = channel_->OpenDuplex(\"$full$\", \"$method$\", options);\n"
             "  if (!call.ok()) return call.status();\n"
             "  return ::bellrock::ClientWriter<$request$, $reply$>(std::move(*call));\n}\n\n";
    case Kind::kBidiStreaming:
      return "  auto call = channel_->OpenDuplex(\"$full$\", \"$method$\", options);\n"
             "  if (!call.ok()) return call.status();\n"
             "  return ::bellrock::Duplex<$request$, $reply$>(std::move(*call));\n}\n\n";
  }
  return "";
}

void PrintStubSource(const pb::ServiceDescriptor* service, pb::io::Printer& out) {
  for (int i = 0; i < service->method_count(); ++i) {
    const pb::MethodDescriptor* method = service->method(i);
    const Kind kind = KindOf(method);
    const std::string text = StubResult(kind) + " $service$Stub::$method$(\n    " +
                             (SendsOneRequest(kind) ? "const $request$& request, " : "") +
                             "const ::bellrock::CallOptions& options) const {\n" + StubBodyOf(kind);
    out.Print(MethodVars(method), text.c_str());
  }
}

void PrintSource(const pb::FileDescriptor* file, pb::io::Printer& out) {
  out.Print(kSpdx, "file", std::string(file->name()));
  out.Print("#include \"$stem$.bellrock.h\"\n\n#include <memory>\n#include <utility>\n\n", "stem",
            WithoutProto(std::string(file->name())));
  PrintNamespace(file, out, true);
  for (int i = 0; i < file->service_count(); ++i) {
    PrintServiceSource(file->service(i), out);
    PrintStubSource(file->service(i), out);
  }
  PrintNamespace(file, out, false);
}

class Generator : public pb::compiler::CodeGenerator {
 public:
  uint64_t GetSupportedFeatures() const override { return FEATURE_PROTO3_OPTIONAL; }

  bool Generate(const pb::FileDescriptor* file, const std::string&,
                pb::compiler::GeneratorContext* context, std::string*) const override {
    const std::string stem = WithoutProto(std::string(file->name()));
    std::unique_ptr<pb::io::ZeroCopyOutputStream> header(context->Open(stem + ".bellrock.h"));
    pb::io::Printer header_out(header.get(), '$');
    PrintHeader(file, header_out);
    std::unique_ptr<pb::io::ZeroCopyOutputStream> source(context->Open(stem + ".bellrock.cc"));
    pb::io::Printer source_out(source.get(), '$');
    PrintSource(file, source_out);
    return true;
  }
};

}  // namespace

int main(int argc, char** argv) {
  Generator generator;
  return pb::compiler::PluginMain(argc, argv, &generator);
}
