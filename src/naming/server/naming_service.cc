// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
#include "naming/server/naming_service.h"

#include <fmt/format.h>

#include <span>
#include <string>
#include <utility>

#include "base/ascii.h"
#include "naming/server/conversion.h"
#include "naming/server/poll_session.h"
#include "naming/server/watch_session.h"
#include "rpc/reply_rest.h"

namespace bellrock::naming::server {
namespace {

constexpr int kHeartbeatPathsMax = 10'000;
constexpr int32_t kPageSizeMax = 1'000;
constexpr int32_t kPageSizeDefault = 100;
constexpr size_t kDocumentsReplyBytes = size_t{1} << 20;  // about, of one reply

void FillRow(const std::string& name, const ServiceEntry& service,
             v1::ListServicesReply::Row& row) {
  row.set_service(name);
  row.set_initial(service.counts.initial);
  row.set_working(service.counts.working);
  row.set_unreachable(service.counts.unreachable);
  row.set_disabled(service.counts.disabled);
  for (const auto& [path, directory] : service.directories) {
    const std::string_view site = path.substr(1, path.find('/', 1) - 1);
    const bool again = row.sites_size() > 0 && row.sites(row.sites_size() - 1) == site;
    if (!again) row.add_sites(std::string(site));
  }
}

void FillChildren(const Directory& directory, v1::ListReply& reply) {
  for (const auto& [name, child] : directory.children) {
    if (!child->has_instances()) continue;
    v1::ListReply::Child& row = *reply.add_children();
    row.set_name(std::string(name));
    row.set_path(child->path);
    row.set_instances(child->counts.total());
    row.set_working(child->counts.working);
  }
  for (const auto& [name, instance] : directory.instances) {
    v1::ListReply::Child& row = *reply.add_children();
    row.set_name(name);
    row.set_path(PathOf(instance));
    row.set_instances(1);
    row.set_working(instance.state == State::kWorking ? 1 : 0);
    row.set_leaf(true);
  }
}

Result<uint64_t> SetDocument(RegistryHost& host, const v1::SetOperatorStateRequest& request) {
  if (request.from_unix_ms() != 0 || request.until_unix_ms() != 0) {
    return InvalidArgumentError(
        "from_unix_ms, until_unix_ms: a document has no times: leave them out");
  }
  return host.SetDocument(request.path(), FromWire(request.operator_state()),
                          request.expected_version());
}

}  // namespace

NamingService::NamingService(std::shared_ptr<RegistryHost> host)
    : host_(std::move(host)),
      desk_(std::make_shared<WatchDesk>(
          WatchDeskParts{.registry = std::shared_ptr<Registry>(host_, &host_->registry()),
                         .protection = host_->node().protection(),
                         .environment = host_->environment(),
                         .epoch = host_->epoch(),
                         .push_capacity_bytes_per_s = host_->options().push_capacity_bytes_per_s})),
      gate_(std::make_shared<LeaderGate>(host_)),
      lookups_(host_->registry()) {
  desk_->Start();
}

NamingService::~NamingService() {
  WakeWatches();
}

Result<v1::RegisterReply> NamingService::Register(ServerContext& context,
                                                  const v1::RegisterRequest& request) {
  if (!request.has_instance()) {
    return InvalidArgumentError("instance is missing: give its path and address");
  }
  const auto host = host_;
  const auto gate = gate_;
  BELLROCK_TRY(gate->TakesInstances());
  if (auto elsewhere = gate->Elsewhere(context, request, &v1::NamingStub::Register))
    return *elsewhere;
  BELLROCK_ASSIGN(const Registered done,
                  host->Register(FromWire(request.instance()), request.sequence()));
  v1::RegisterReply reply;
  reply.set_revision(done.revision);
  reply.set_lease_ms(done.lease_ms);
  reply.set_incarnation(done.incarnation);
  return reply;
}

Result<v1::HeartbeatReply> NamingService::Heartbeat(ServerContext& context,
                                                    const v1::HeartbeatRequest& request) {
  if (request.paths_size() > kHeartbeatPathsMax) {
    return InvalidArgumentError(
        fmt::format("paths has {} entries: send at most {} in one heartbeat", request.paths_size(),
                    kHeartbeatPathsMax));
  }
  const auto host = host_;
  if (host->stopping()) return StoppingError();
  const auto gate = gate_;
  BELLROCK_TRY(gate->TakesInstances());
  if (auto elsewhere = gate->Elsewhere(context, request, &v1::NamingStub::Heartbeat))
    return *elsewhere;
  v1::HeartbeatReply reply;
  const auto& paths = request.paths();
  const Beats beats{
      std::span(paths.data(), static_cast<size_t>(paths.size())),
      std::span(request.incarnations().data(), static_cast<size_t>(request.incarnations_size())),
      std::span(request.counts().data(), static_cast<size_t>(request.counts_size()))};
  host->Heartbeat(beats, [&](size_t i) { reply.add_unknown(paths.Get(static_cast<int>(i))); });
  return reply;
}

Result<v1::DeregisterReply> NamingService::Deregister(ServerContext& context,
                                                      const v1::DeregisterRequest& request) {
  const auto host = host_;
  const auto gate = gate_;
  BELLROCK_TRY(gate->TakesInstances());
  if (auto elsewhere = gate->Elsewhere(context, request, &v1::NamingStub::Deregister))
    return *elsewhere;
  BELLROCK_TRY(host->Deregister(request.path(), request.incarnation()));
  v1::DeregisterReply reply;
  reply.set_revision(host->registry().revision());
  return reply;
}

Result<v1::LookupReply> NamingService::Lookup(ServerContext& context,
                                              const v1::LookupRequest& request) {
  BELLROCK_ASSIGN(const Target target, ResolveTarget(host_->registry(), request.target()));
  BELLROCK_ASSIGN(const WatchFilter filter, ParseFilter(request.filter()));
  BELLROCK_ASSIGN(Bytes instances,
                  lookups_.InstancesOf(target, filter, request.include_unusable()));
  v1::LookupReply reply;
  if (rpc::ReplyRest* rest = rpc::ReplyRest::Of(context)) {
    rest->set_reply_rest(std::move(instances));
  } else {
    reply.ParseFromArray(instances.view().data(), static_cast<int>(instances.size()));
  }
  reply.set_revision(host_->registry().revision());
  return reply;
}

Result<v1::ListReply> NamingService::List(ServerContext&, const v1::ListRequest& request) {
  BELLROCK_ASSIGN(const Path path, Path::Parse(request.path()));
  const Registry& registry = host_->registry();
  v1::ListReply reply;
  reply.set_revision(registry.revision());
  if (path.depth() == kPathDepth && registry.tree().Find(path.text()) != nullptr) return reply;
  const Directory* directory =
      path.depth() == kPathDepth ? nullptr : registry.tree().FindDirectory(path);
  if (directory == nullptr) {
    return NotFoundError(
        fmt::format("nothing is registered under {}: list \"/\" to see the sites", path.text()));
  }
  const size_t children = directory->children.size() + directory->instances.size();
  if (children > static_cast<size_t>(kReplyInstancesMax)) {
    return ResourceExhaustedError(
        fmt::format("{} has {} children, and one reply holds {}: watch it", path.text(), children,
                    kReplyInstancesMax));
  }
  FillChildren(*directory, reply);
  return reply;
}

Result<v1::ListServicesReply> NamingService::ListServices(ServerContext&,
                                                          const v1::ListServicesRequest& request) {
  if (request.page_size() < 0 || request.page_size() > kPageSizeMax) {
    return InvalidArgumentError(fmt::format("page_size {}: use 1..{}, or 0 for {}",
                                            request.page_size(), kPageSizeMax, kPageSizeDefault));
  }
  const int page_size = request.page_size() == 0 ? kPageSizeDefault : request.page_size();
  v1::ListServicesReply reply;
  int64_t total = 0;
  bool more = false;
  for (const auto& [name, service] : host_->registry().tree().services()) {
    if (!ContainsIgnoringCase(name, request.search())) continue;
    ++total;
    // The token is the last name of the page before: a page stays right whatever comes and goes.
    if (!request.page_token().empty() && name <= request.page_token()) continue;
    more = reply.services_size() == page_size;
    if (!more) FillRow(name, service, *reply.add_services());
  }
  reply.set_total(total);
  if (more) reply.set_next_page_token(reply.services(page_size - 1).service());
  return reply;
}

Status NamingService::Watch(ServerContext&, const v1::WatchRequest& request,
                            Writer<v1::WatchReply>& writer) {
  return ServeWatch(desk_, request, writer);
}

Result<v1::PollReply> NamingService::Poll(ServerContext& context, const v1::PollRequest& request) {
  return ServePoll(desk_, context, request);
}

Result<v1::SetOperatorStateReply> NamingService::SetOperatorState(
    ServerContext& context, const v1::SetOperatorStateRequest& request) {
  if (request.operator_state().has_window()) {
    return InvalidArgumentError(
        "operator_state.window is the server's to say: give from_unix_ms and until_unix_ms");
  }
  const auto host = host_;
  const auto gate = gate_;
  if (auto elsewhere = gate->Elsewhere(context, request, &v1::NamingStub::SetOperatorState)) {
    return *elsewhere;
  }
  v1::SetOperatorStateReply reply;
  if (IsDocumentPath(request.path())) {
    BELLROCK_ASSIGN(const uint64_t version, SetDocument(*host, request));
    reply.set_version(version);
  } else {
    BELLROCK_TRY(host->Operate(request.path(), FromWire(request.operator_state()),
                               {request.from_unix_ms(), request.until_unix_ms()}));
  }
  reply.set_revision(host->registry().revision());
  return reply;
}

Result<v1::ListDocumentsReply> NamingService::ListDocuments(
    ServerContext&, const v1::ListDocumentsRequest& request) {
  BELLROCK_ASSIGN(const Target target, Target::Parse(request.target()));
  v1::ListDocumentsReply reply;
  size_t bytes = 0;
  host_->registry().ForEachDocument(request.after(), [&](const Document& document) {
    if (!Covers(target, document.path)) return true;
    if (bytes >= kDocumentsReplyBytes) {
      reply.set_more(true);
      return false;
    }
    bytes += document.path.size() + document.bytes.size();
    v1::ListDocumentsReply::Document& row = *reply.add_documents();
    row.set_path(document.path);
    row.mutable_said()->set_document(document.bytes);
    row.mutable_said()->set_reason(document.why);
    row.set_version(document.version);
    row.set_changed_unix_ms(document.changed_unix_ms);
    return true;
  });
  return reply;
}

Result<v1::StatsReply> NamingService::Stats(ServerContext&, const v1::StatsRequest&) {
  return Totals();
}

v1::StatsReply NamingService::Totals() const {
  Registry& registry = host_->registry();
  const Counts& counts = registry.tree().root().counts;
  v1::StatsReply reply;
  reply.set_revision(registry.revision());
  reply.set_epoch(host_->epoch());
  reply.set_instances(counts.total());
  reply.set_working(counts.working);
  reply.set_services(static_cast<int64_t>(registry.tree().services().size()));
  reply.set_watchers(static_cast<int64_t>(registry.hub().watchers()));
  reply.set_registers(registry.totals().registers);
  reply.set_heartbeats(registry.totals().heartbeats);
  reply.set_expirations(registry.totals().expirations);
  reply.set_storage_error(host_->storage_error());
  return reply;
}

}  // namespace bellrock::naming::server
