#include "jwtctl/issuer/certify.h"

#include <optional>
#include <ostream>
#include <utility>

#include "core/base/bytes.h"
#include "core/base/duration.h"
#include "core/base/secret.h"
#include "core/claims/key_binding.h"
#include "core/claims/unverified_binding.h"
#include "core/ssh/bound_nonce.h"
#include "core/ssh/certificate_maker.h"
#include "core/ssh/key_line.h"
#include "core/ssh/token_certificate.h"
#include "io/bounded_read.h"
#include "io/public_key_file.h"
#include "io/replace_file.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/issuer/output_file.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string detail) {
  return Error{Reason::kConfigInvalid, std::move(detail)};
}

Result<CarriedTokens> ReadParts(std::string_view text) {
  if (text.find('~') == std::string_view::npos) {
    return Refuse(
        "there is no salt: give SALT~TOKEN, as jwtctl mint --bind prints it; the nonce of the "
        "token is made of the salt and the key");
  }
  Result<CarriedTokens> parts = ParseCarriedTokens(text);
  return parts.ok() ? parts : Refuse(parts.error().detail);
}

Result<CertificateValidity> ReadValidity(const CertifyOptions& options, std::string_view token) {
  std::optional<Seconds> span;
  if (!options.valid.empty()) {
    const Result<Seconds> valid = ParseSpan(options.valid);
    if (!valid.ok()) return Refuse("--valid: " + valid.error().detail);
    span = valid.value();
  }
  Result<CertificateValidity> validity = ValidityFor(token, span);
  if (validity.ok()) return validity;
  const Reason reason = validity.error().reason;
  const bool is_jwt = reason != Reason::kMalformed && reason != Reason::kUnsupported;
  return Refuse((is_jwt ? "" : "the text behind the salt is not a signed JWT: ") +
                validity.error().detail);
}

/// Warns if the tokens do not name the key, as KeyBinding will find.
void WarnOfBinding(const CarriedTokens& parts, const SshPublicKey& key, std::ostream& err) {
  const Result<KeyBinding::Proof> proof = CheckUnverifiedBinding(parts, key);
  if (proof.ok()) return;
  err << "warning: " << Printable(proof.error().detail)
      << ": hosts will refuse the certificate (certificate.unbound)\n";
  const Result<std::string> nonce = BoundNonce(parts.salt, key.blob);
  if (!nonce.ok()) return;
  err << "warning: a token that the issuer makes for this key and this salt has the nonce "
      << nonce.value() << "\n";
}

/// Warns if the certificate is of no use, because its times are over.
void WarnOfEnd(CertificateValidity validity, UnixTime now, std::ostream& err) {
  const UnixTime end{static_cast<std::int64_t>(validity.before) - kCertificateOutlives.count};
  if (end > now) return;
  err << "warning: the token's time was over " << SpanInWords({now.seconds - end.seconds})
      << " ago: get a new token\n";
}

/// A certificate, and the line of its file.
struct Certified {
  CertificateValidity validity;
  std::string line;
};

Result<Certified> Certify(const CertifyOptions& options, std::string_view text, UnixTime now,
                          std::ostream& err) {
  const Result<SshPublicKey> key = ReadPublicKeyFile(options.key_path);
  if (!key.ok()) return key.error();
  const Result<CarriedTokens> parts = ReadParts(text);
  if (!parts.ok()) return parts.error();
  const Result<CertificateValidity> validity = ReadValidity(options, parts.value().token);
  if (!validity.ok()) return validity.error();
  const Result<Bytes> blob = MakeTokenCertificate(key.value(), parts.value(), validity.value());
  if (!blob.ok()) return blob.error();
  WarnOfBinding(parts.value(), key.value(), err);
  WarnOfEnd(validity.value(), now, err);
  return Certified{validity.value(), CertificateLine(key.value().type, blob.value())};
}

/// Returns KEY-cert.pub for KEY.pub, where ssh looks for the certificate of KEY.
std::string PathBeside(std::string path) {
  constexpr std::string_view kPub = ".pub";
  if (path.ends_with(kPub)) {
    path.resize(path.size() - kPub.size());
  }
  return path + "-cert.pub";
}

/// Checks that there is no file at `path`, or the certificate of an earlier token.
Status CheckMayReplace(const std::string& path) {
  const Result<bool> is_there = HasRegularFile(path);
  if (!is_there.ok()) return is_there.error();
  if (!is_there.value()) return Ok();
  const Result<SecretString> text = ReadOwnFile(path, kMaxSshKeyLineBytes);
  if (!text.ok()) return text.error();
  const Result<SshKeyLine> line = ParseSshKeyLine(text.value().view());
  if (line.ok() && FindSshCertificateType(line.value().type).has_value()) return Ok();
  return Refuse(path + ": the file is not a certificate: remove it, or give another --out");
}

Status Write(const std::string& path, std::string_view line) {
  Status may_replace = CheckMayReplace(path);
  if (!may_replace.ok()) return may_replace;
  // ReplaceFile wants the directory too.
  const std::string whole = path.find('/') == std::string::npos ? "./" + path : path;
  return ReplaceFile(whole, line, 0600, AnyText);  // the maker has read it again
}

int Fail(const Error& error, std::ostream& err) {
  err << "jwtctl certify: " << error.detail << "\n";
  return error.reason == Reason::kConfigInvalid ? kUsage : kNo;
}

}  // namespace

int RunCertify(const CertifyOptions& options, std::string_view text, UnixTime now,
               std::ostream& out, std::ostream& err) {
  const Result<Certified> certified = Certify(options, text, now, err);
  if (!certified.ok()) return Fail(certified.error(), err);
  if (IsStandardOutput(options.out)) {
    out << certified.value().line;
    return kOk;
  }
  const std::string path = options.out.empty() ? PathBeside(options.key_path) : options.out;
  const Status written = Write(path, certified.value().line);
  if (!written.ok()) return Fail(written.error(), err);
  const UnixTime end{static_cast<std::int64_t>(certified.value().validity.before)};
  out << path << "   valid until " << ShowTimeFrom(now, end) << "\n";
  return kOk;
}

}  // namespace pamjwt::ctl
