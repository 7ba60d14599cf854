#include "jwtctl/denylist/fleet_sessions.h"

#include <ostream>
#include <string_view>
#include <utility>

#include "core/base/log_field.h"
#include "core/denylist/denylist.h"
#include "io/fleet_list.h"
#include "jwtctl/denylist/apply_log.h"

namespace pamjwt::ctl {
namespace {

std::string Number(std::int64_t number) {
  return number == 0 ? "" : std::to_string(number);
}

/// Returns the fields of a session, in the words of the module's log.
std::string Describe(const DeniedSession& session) {
  const Reason reason = ToError({session.by, DenyingList::kFleet}).reason;
  return LogField("account", session.account) + LogField("user", session.user) +
         LogField("service", session.service) + LogField("from", session.from) +
         LogField("session", session.logind_id) + LogField("pid", Number(session.process.pid)) +
         LogField("processes", Number(static_cast<std::int64_t>(session.processes))) +
         LogField("iss", session.token.issuer) + LogField("sub", session.token.subject) +
         LogField("jti", session.token.jti_hash) + LogField("by", "fleet") +
         LogField("reason", Id(reason)) + LogField("denied", Name(session.by.kind));
}

}  // namespace

Result<EndReport> EndFleetSessions(const std::optional<std::string>& denylist,
                                   const EndSessions& end_sessions) {
  Result<std::optional<FleetList>> opened = FleetList::Open(denylist);
  if (!opened.ok()) return std::move(opened).error();
  std::optional<FleetList> list = std::move(opened).value();
  if (!list.has_value()) return EndReport();
  return end_sessions([&](std::string_view account, const TokenFacts* token) {
    return list->Find(account, token);
  });
}

void LogSessions(const EndReport& report, std::ostream& err) {
  for (const DeniedSession& session : report.ended) {
    LogApply(err, "ended" + Describe(session));
  }
  for (const DeniedSession& session : report.not_ended) {
    LogApply(err, "not_ended" + Describe(session) + LogField("why", session.why_not));
  }
  for (const DeniedSession& session : report.spared) {
    LogApply(err, "spared" + Describe(session) + LogField("why", "this program runs in it"));
  }
  for (const std::string& why : report.gaps) {
    LogApply(err, "sessions_unknown" + LogField("why", why));
  }
}

}  // namespace pamjwt::ctl
