#include "pam_jwt/certificate_session.h"

#include <syslog.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "core/base/log_field.h"
#include "core/login/audit_line.h"
#include "core/login/decide.h"
#include "core/login/message.h"
#include "core/login/module_options.h"
#include "core/login/pam_code.h"
#include "core/ssh/auth_info.h"
#include "core/ssh/key_line.h"
#include "core/ssh/token_certificate.h"
#include "io/clock.h"
#include "io/config_file.h"
#include "pam_jwt/judge.h"
#include "pam_jwt/pam_log.h"
#include "pam_jwt/session.h"
#include "pam_jwt/session_record.h"

namespace pamjwt {
namespace {

constexpr std::string_view kSshd = "sshd";

/// The time for which a token counts behind its end. It was good when the user presented the
/// certificate, and since then sshd may have asked for a second factor, for LoginGraceTime at most.
constexpr Seconds kGrace{120};

/// The most certificates with a token that one login may have proved.
constexpr std::size_t kMaxCertificates = 8;

/// A certificate with a token, and the bytes that its views point into.
struct Carrier {
  SecretString blob;
  SshCertificate certificate;
};

/// The certificates with a token, of one login.
struct Carriers {
  std::vector<Carrier> ours;
  bool has_foreign = false;  ///< whether others came in by another line of sshd
};

/// Finds the certificates with a token. One that cannot be parsed is not among them: sshd-keys did
/// not let it in.
Carriers FindCarriers(std::string_view auth_info) {
  Carriers carriers;
  for (const std::string_view line : CertificatesIn(auth_info)) {
    Result<SshKeyLine> key = ParseSshKeyLine(line);
    if (!key.ok()) continue;
    Result<SshCertificate> certificate = ParseSshCertificate(key.value().blob.bytes());
    if (!certificate.ok() || !CarriesToken(certificate.value())) continue;
    if (HasTokenPrincipal(certificate.value())) {
      carriers.ours.push_back({std::move(key).value().blob, std::move(certificate).value()});
    } else {
      carriers.has_foreign = true;
    }
  }
  return carriers;
}

/// Returns whether two tokens are of the same user. A token without a sub names no user.
bool IsSameUser(const TokenFacts& one, const TokenFacts& other) {
  return !one.subject.empty() && one.subject == other.subject && one.issuer == other.issuer;
}

std::optional<UnixTime> Earlier(std::optional<UnixTime> one, std::optional<UnixTime> other) {
  if (!one.has_value() || !other.has_value()) return one.has_value() ? one : other;
  return std::min(*one, *other);
}

Error OfManyUsers() {
  return {Reason::kCertificateRefused, "the certificates of the login name different users"};
}

Decision RefusedFor(const Error& error) {
  Decision decision;
  decision.reason = error.reason;
  decision.detail = error.detail;
  return decision;
}

void LogNotJudged(const PamHandle& pam, const char* why) {
  const std::string line =
      "certificate not judged" + LogField("user", pam.User()) + LogField("detail", why);
  pam_syslog(pam.get(), LOG_NOTICE, "%s", line.c_str());
}

constexpr const char* kForeign =
    "it carries a token, but came in by another line of sshd than that of sshd-keys: it has other "
    "principals";
constexpr const char* kNotSshd =
    "only the service sshd proves keys: if this is an sshd with a PAMServiceName, its session line "
    "needs service=sshd";

/// One call of pam_sm_open_session for a login by certificate.
class CertificateLogin {
 public:
  CertificateLogin(PamHandle& pam, int flags)
      : pam_(pam), flags_(flags), context_{pam.User(), pam.RemoteHost()} {}

  int Run(const ModuleOptions& options, std::vector<Carrier> ours) {
    if (ours.size() > kMaxCertificates) {
      return Fail({Reason::kCertificateRefused, "the login has more than 8 certificates"});
    }
    const Result<LoadedConfig> loaded = LoadConfig({options.config, std::nullopt});
    if (!loaded.ok()) return Fail(loaded.error());
    const Decision decision = JudgeAll(options, loaded.value(), std::move(ours));
    Log(pam_, decision.reason,
        AuditLine(loaded.value().config, decision, context_, Mismatch::kShown));
    return decision.account.has_value() ? Admit(*decision.account, decision) : Refuse(decision);
  }

  /// Ends a login for which there was no decision.
  int Fail(const Error& error) {
    Log(pam_, error.reason, AuditLine(error, context_));
    return Refuse(RefusedFor(error));
  }

 private:
  /// Returns the first refusal. If there is none, returns the decision about the last certificate,
  /// with the earliest end of all.
  Decision JudgeAll(const ModuleOptions& options, const LoadedConfig& loaded,
                    std::vector<Carrier> ours) {
    std::optional<Decision> accepted;
    for (Carrier& carrier : ours) {
      Decision decision = JudgeOne(options, loaded, std::move(carrier.certificate));
      if (!decision.account.has_value()) return decision;
      if (accepted.has_value()) {
        if (!IsSameUser(accepted->token, decision.token)) return RefusedFor(OfManyUsers());
        decision.session.end = Earlier(decision.session.end, accepted->session.end);
      }
      accepted.emplace(std::move(decision));
    }
    const std::optional<UnixTime> end = accepted->session.end;
    const bool is_past = end.has_value() && *end <= now_;
    if (is_past) return RefusedFor({Reason::kExpired, "the token's end is past"});
    return std::move(*accepted);
  }

  Decision JudgeOne(const ModuleOptions& options, const LoadedConfig& loaded,
                    SshCertificate parsed) {
    const Result<TokenCertificate> certificate =
        TokenCertificate::Check(std::move(parsed), now_, kGrace);
    if (!certificate.ok()) return RefusedFor(certificate.error());
    const std::string service = options.service.value_or(pam_.Service());
    return Judge(pam_, options, loaded,
                 {"", service, context_.user, now_, &certificate.value(), kGrace});
  }

  /// Lets the session have what the token leaves to it. The caller takes the end.
  int Admit(const LocalAccount& account, const Decision& decision) {
    pam_.Remember({account.name(), decision.token, VariablesOf(decision.session), true});
    PrepareSession(pam_, decision.session);
    PrepareRecord(pam_, decision);
    return PAM_SUCCESS;
  }

  int Refuse(const Decision& decision) {
    pam_.Forget();
    // If the line is optional, the refusal alone would leave a session that goes on.
    pam_.LimitRuntime(Seconds{1});
    if ((flags_ & PAM_SILENT) == 0) {
      pam_.Tell(UserMessage(decision));
    }
    return IsFault(decision.reason) ? ToPamCode(decision.reason).number : PAM_PERM_DENIED;
  }

  PamHandle& pam_;
  int flags_;
  AttemptContext context_;
  UnixTime now_ = Now();
};

}  // namespace

int AdmitCertificates(PamHandle& pam, int flags, std::span<const char* const> arguments) {
  Carriers carriers = FindCarriers(pam.Variable(kAuthInfoVariable));
  const bool has_ours = !carriers.ours.empty();
  if (!has_ours && !carriers.has_foreign) return PAM_SUCCESS;
  const Result<ModuleOptions> options = ParseModuleOptions(arguments);
  if (!options.ok()) {
    return has_ours ? CertificateLogin(pam, flags).Fail(options.error()) : PAM_SUCCESS;
  }
  // Another service can have the variable only from a module or a user, and no key was proved.
  if (pam.Service() != kSshd && options.value().service != kSshd) {
    if (has_ours) LogNotJudged(pam, kNotSshd);
    return PAM_SUCCESS;
  }
  if (carriers.has_foreign) LogNotJudged(pam, kForeign);
  if (!has_ours) return PAM_SUCCESS;
  return CertificateLogin(pam, flags).Run(options.value(), std::move(carriers.ours));
}

}  // namespace pamjwt
