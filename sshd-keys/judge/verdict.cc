#include "sshd-keys/judge/verdict.h"

#include <optional>
#include <utility>

#include "core/login/audit_line.h"
#include "core/login/decide.h"
#include "core/ssh/authority_line.h"
#include "core/ssh/base64.h"
#include "core/ssh/token_certificate.h"
#include "io/config_file.h"
#include "io/system_host.h"

namespace pamjwt::keys {
namespace {

/// Decides about one certificate.
Verdict JudgeCertificate(const Question& question, const TokenCertificate& certificate,
                         UnixTime now, const AttemptContext& context) {
  const Result<LoadedConfig> loaded = LoadConfig({question.config, std::nullopt});
  if (!loaded.ok()) {
    return {loaded.error().reason, AuditLine(loaded.error(), context), ""};
  }
  const Config& config = loaded.value().config;
  SystemHost host(loaded.value().owners, config.keys, AskingDaemon::kWithoutWaiting,
                  question.denylist);
  LoginRequest request{"", question.service, question.user, now};
  request.certificate = &certificate;
  const Decision decision = Decide(config, request, host);
  Verdict verdict{decision.reason, AuditLine(config, decision, context, Mismatch::kShown), ""};
  if (decision.account.has_value()) {
    verdict.line = CertAuthorityLine(certificate, decision.account->key_options());
  }
  return verdict;
}

Result<TokenCertificate> ReadCertificate(ByteView blob, UnixTime now) {
  Result<SshCertificate> parsed = ParseSshCertificate(blob);
  if (!parsed.ok()) return std::move(parsed).error();
  return TokenCertificate::Check(std::move(parsed).value(), now);
}

}  // namespace

Verdict Judge(const Question& question, UnixTime now) {
  const AttemptContext context{.user = question.user, .remote_host = "", .is_offer = true};
  // The certificate points into the blob, which must outlive it.
  const SecretString blob = DecodeBase64(question.key).value_or(SecretString());
  const Result<TokenCertificate> certificate = ReadCertificate(blob.bytes(), now);
  if (!certificate.ok()) {
    return {certificate.error().reason, AuditLine(certificate.error(), context), ""};
  }
  return JudgeCertificate(question, certificate.value(), now, context);
}

}  // namespace pamjwt::keys
