#include "pam_jwt/session_record.h"

#include <syslog.h>
#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "core/base/log_field.h"
#include "core/login/module_options.h"
#include "core/session/session_record.h"
#include "io/session_files.h"
#include "pam_jwt/account.h"

namespace pamjwt {
namespace {

void LogFault(const PamHandle& pam, const char* what, const Error& error) {
  const std::string line = what + LogField("user", pam.User()) + LogField("detail", error.detail);
  pam_syslog(pam.get(), LOG_ERR, "%s", line.c_str());
}

void LogNotRecorded(const PamHandle& pam, const Error& error) {
  LogFault(pam, "session not recorded", error);
}

/// Returns whether this process may write records. Only the tests name another directory, and run
/// without root.
bool MayRecord(const ModuleOptions& options) {
  return options.sessions.has_value() || geteuid() == 0;
}

/// Writes the file of a record, and keeps its path. A record that an earlier session of this handle
/// has left is removed: only one path is kept.
Status Write(PamHandle& pam, const ModuleOptions& options, const SessionRecord& record) {
  Result<std::string> path = WriteSessionRecord(options.sessions, record);
  if (!path.ok()) return std::move(path).error();
  EndRecord(pam);
  pam.SetRecordPath(std::move(path).value());
  return Ok();
}

}  // namespace

void PrepareRecord(PamHandle& pam, const Decision& decision) {
  pam.ForgetSessionRecord();
  if (!decision.session.record_expires.has_value()) return;
  // The process that opens the session fills in the other facts: it knows them itself.
  SessionRecord record;
  record.account = pam.User();
  record.service = pam.Service();
  record.token = decision.token;
  record.expires = *decision.session.record_expires;
  record.process.pid = getpid();
  const Result<std::string> text = FormatSessionRecord(record);
  if (!text.ok()) return LogNotRecorded(pam, text.error());
  pam.SetVariable(kRecordVariable, text.value());
}

void TakeRecord(PamHandle& pam) {
  std::optional<std::string> text = pam.TakeVariable(kRecordVariable);
  if (text.has_value() && pam.SessionRecord() == nullptr) {
    pam.SetSessionRecord(*std::move(text));
  }
}

int RecordSession(PamHandle& pam, int flags, std::span<const char* const> arguments) {
  TakeRecord(pam);  // a login by certificate has set it just now
  const std::string* const text = pam.SessionRecord();
  if (text == nullptr) return PAM_SUCCESS;
  const Result<ModuleOptions> options = ParseModuleOptions(arguments);
  if (options.ok() && !MayRecord(options.value())) return PAM_SUCCESS;
  Result<SessionRecord> parsed = options.ok() ? ParseSessionRecord(*text) : options.error();
  if (!parsed.ok()) {
    LogNotRecorded(pam, parsed.error());
    return PAM_SUCCESS;
  }
  SessionRecord record = std::move(parsed).value();
  const std::string user = pam.User();
  // sudo authenticates the user who calls it, and opens the session of root.
  record.user = user == record.account ? "" : user;
  record.service = pam.Service();
  const Status written = Write(pam, options.value(), record);
  if (!written.ok()) LogNotRecorded(pam, written.error());
  const int code = CheckDenied(pam, flags, options.value().denylist, record);
  if (code == PAM_SUCCESS) return PAM_SUCCESS;
  EndRecord(pam);
  pam.Forget();
  // If the line is optional, the refusal alone would leave a session that goes on.
  pam.LimitRuntime(Seconds{1});
  return code;
}

void EndRecord(PamHandle& pam) {
  const std::optional<std::string> path = pam.TakeRecordPath();
  if (!path.has_value()) return;
  const Status removed = RemoveSessionRecord(*path);
  if (!removed.ok()) LogFault(pam, "record of a session not removed", removed.error());
}

}  // namespace pamjwt
