// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
//
// protoc plug-in: for each service of x.proto writes into x.bellrock.{h,cc}
//   class XService : public bellrock::Service   plain synchronous virtual functions to override
//   class XStub                                 the same functions, made as calls through a channel
// Unary and server-streaming methods; others are refused with the method's name.
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

Vars MethodVars(const pb::MethodDescriptor* method) {
  return {{"method", std::string(method->name())},
          {"request", CppType(method->input_type())},
          {"reply", CppType(method->output_type())},
          {"service", std::string(method->service()->name())},
          {"full", std::string(method->service()->full_name())}};
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
    out.Print(MethodVars(method),
              method->server_streaming()
                  ? "  virtual ::bellrock::Status $method$(::bellrock::ServerContext& context,\n"
                    "      const $request$& request, ::bellrock::Writer<$reply$>& writer);\n"
                  : "  virtual ::bellrock::Result<$reply$> $method$(\n"
                    "      ::bellrock::ServerContext& context, const $request$& request);\n");
  }
  out.Print("};\n\n");
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
    out.Print(MethodVars(method),
              method->server_streaming()
                  ? "  ::bellrock::Result<::bellrock::Reader<$reply$>> $method$(\n"
                    "      const $request$& request, const ::bellrock::CallOptions& options = {}) "
                    "const;\n"
                  : "  ::bellrock::Result<$reply$> $method$(\n"
                    "      const $request$& request, const ::bellrock::CallOptions& options = {}) "
                    "const;\n");
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
      "#pragma once\n\n#include <span>\n#include <string_view>\n\n"
      "#include \"bellrock/service.h\"\n#include \"$stem$.pb.h\"\n\n",
      "stem", WithoutProto(std::string(file->name())));
  PrintNamespace(file, out, true);
  for (int i = 0; i < file->service_count(); ++i) {
    PrintServiceClass(file->service(i), out);
    PrintStubClass(file->service(i), out);
  }
  PrintNamespace(file, out, false);
}

void PrintDispatch(const pb::MethodDescriptor* method, pb::io::Printer& out) {
  Vars vars = MethodVars(method);
  out.Print(vars,
            "        ::bellrock::MethodDescriptor{\n"
            "            \"$method$\",\n"
            "            []() -> std::unique_ptr<::bellrock::Message> {\n"
            "              return std::make_unique<$request$>();\n            },\n"
            "            []() -> std::unique_ptr<::bellrock::Message> {\n"
            "              return std::make_unique<$reply$>();\n            },\n");
  if (method->server_streaming()) {
    out.Print(
        vars,
        "            nullptr,\n"
        "            [](::bellrock::Service& service, ::bellrock::ServerContext& context,\n"
        "               const ::bellrock::Message& request, ::bellrock::StreamWriter& writer)\n"
        "                -> ::bellrock::Status {\n"
        "              ::bellrock::Writer<$reply$> typed(writer);\n"
        "              return static_cast<$service$Service&>(service).$method$(\n"
        "                  context, static_cast<const $request$&>(request), typed);\n"
        "            }},\n");
    return;
  }
  out.Print(vars,
            "            [](::bellrock::Service& service, ::bellrock::ServerContext& context,\n"
            "               const ::bellrock::Message& request, ::bellrock::Message& reply)\n"
            "                -> ::bellrock::Status {\n"
            "              auto result = static_cast<$service$Service&>(service).$method$(\n"
            "                  context, static_cast<const $request$&>(request));\n"
            "              if (!result.ok()) return result.status();\n"
            "              static_cast<$reply$&>(reply) = std::move(*result);\n"
            "              return ::bellrock::Status::Ok();\n"
            "            },\n"
            "            nullptr},\n");
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
    const char* body =
        " {\n  return ::bellrock::UnimplementedError(\"$full$/$method$ is not served "
        "here\");\n}\n\n";
    const std::string signature =
        method->server_streaming()
            ? "::bellrock::Status $service$Service::$method$(::bellrock::ServerContext&,\n"
              "    const $request$&, ::bellrock::Writer<$reply$>&)"
            : "::bellrock::Result<$reply$> $service$Service::$method$(\n"
              "    ::bellrock::ServerContext&, const $request$&)";
    out.Print(MethodVars(method), (signature + body).c_str());
  }
}

void PrintStubSource(const pb::ServiceDescriptor* service, pb::io::Printer& out) {
  for (int i = 0; i < service->method_count(); ++i) {
    const pb::MethodDescriptor* method = service->method(i);
    out.Print(
        MethodVars(method),
        method->server_streaming()
            ? "::bellrock::Result<::bellrock::Reader<$reply$>> $service$Stub::$method$(\n"
              "    const $request$& request, const ::bellrock::CallOptions& options) const {\n"
              "  auto stream = channel_->OpenStream(\"$full$\", \"$method$\", request, "
              "options);\n"
              "  if (!stream.ok()) return stream.status();\n"
              "  return ::bellrock::Reader<$reply$>(std::move(*stream));\n}\n\n"
            : "::bellrock::Result<$reply$> $service$Stub::$method$(\n"
              "    const $request$& request, const ::bellrock::CallOptions& options) const {\n"
              "  $reply$ reply;\n"
              "  ::bellrock::Status status =\n"
              "      channel_->Call(\"$full$\", \"$method$\", request, reply, options);\n"
              "  if (!status.ok()) return status;\n  return reply;\n}\n\n");
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
                pb::compiler::GeneratorContext* context, std::string* error) const override {
    for (int i = 0; i < file->service_count(); ++i) {
      for (int k = 0; k < file->service(i)->method_count(); ++k) {
        if (!file->service(i)->method(k)->client_streaming()) continue;
        *error = std::string(file->service(i)->method(k)->full_name()) +
                 ": client streaming is not generated; make the method unary or server-streaming";
        return false;
      }
    }
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
