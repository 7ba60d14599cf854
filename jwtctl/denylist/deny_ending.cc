#include "jwtctl/denylist/deny_ending.h"

#include <ostream>
#include <string_view>

#include "jwtctl/config/config_source.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/session/end_sessions.h"
#include "jwtctl/session/session_text.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kProgram = "jwtctl deny: ";

/// Returns a function that knows no denial but this one.
IsDenied IsDeniedBy(const Denial& denial) {
  Denylist list;
  list.Add(denial);
  return
      [list](std::string_view account, const TokenFacts* token) -> Result<std::optional<Denial>> {
        const Result<const Denial*> found = list.Find(account, token);
        if (!found.ok()) return found.error();
        return found.value() == nullptr ? std::nullopt : std::optional(*found.value());
      };
}

/// Checks whether this host records sessions. Says so if it does not, or if that is not known.
bool CheckRecord(const std::optional<std::string>& config_path, std::ostream& err) {
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(config_path);
  if (!loaded.ok()) {
    err << kProgram
        << "whether sessions are recorded is not known: " << Printable(loaded.error().detail)
        << "\n";
    return false;
  }
  if (*loaded.value().config.session.record) return true;
  err << kProgram
      << "sessions are not recorded, so those of a token may stay open: set record = true in "
         "[session], and run jwtctl enable again\n";
  return false;
}

void PrintStaying(const EndReport& report, bool end_own, std::ostream& err) {
  if (!end_own) {
    for (const DeniedSession& session : report.spared) {
      err << kProgram << "not ended, because this command runs in it: " << Show(session)
          << "; to end it too: --end-own-session\n";
    }
  }
  for (const DeniedSession& session : report.not_ended) {
    err << kProgram << "not ended: " << Show(session) << ": " << Printable(session.why_not) << "\n";
  }
  for (const std::string& gap : report.gaps) {
    err << kProgram << "there may be more sessions: " << Printable(gap) << "\n";
  }
}

/// Prints the own sessions, and then ends them.
void EndOwn(const std::vector<DeniedSession>& own, std::ostream& out) {
  for (const DeniedSession& session : own) {
    out << "ended: " << Show(session) << "\n";
  }
  out.flush();
  EndSparedSessions(own);
}

}  // namespace

bool MustEnd(const EndingOptions& options, const std::optional<std::string>& config_path,
             bool is_here, std::ostream& err) {
  if (options.end || options.end_own || !is_here) return options.end || options.end_own;
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(config_path);
  if (loaded.ok()) return *loaded.value().config.session.end_denied;
  err << kProgram << "warning: whether open sessions must end (end_denied) is not known: "
      << Printable(loaded.error().detail) << "\n";
  return false;
}

int EndDenied(const Denial& denial, const EndingOptions& options,
              const std::optional<std::string>& config_path, std::ostream& out, std::ostream& err) {
  const bool is_recorded = options.sessions.has_value() || CheckRecord(config_path, err);
  const EndReport report = EndDeniedSessions(FromRoot(options.sessions), IsDeniedBy(denial));
  for (const DeniedSession& session : report.ended) {
    out << "ended: " << Show(session) << "\n";
  }
  PrintStaying(report, options.end_own, err);
  const bool is_whole = is_recorded && report.not_ended.empty() && report.gaps.empty();
  if (is_whole && report.ended.empty() && report.spared.empty()) {
    err << kProgram
        << (denial.kind == Denial::Kind::kAccount
                ? "no open session is denied\n"
                : "no recorded session is denied; jwtctl doctor says whether all are recorded\n");
  }
  if (options.end_own && !report.spared.empty()) EndOwn(report.spared, out);
  return is_whole ? kOk : kNo;
}

}  // namespace pamjwt::ctl
