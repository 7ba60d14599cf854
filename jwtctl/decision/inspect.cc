#include "jwtctl/decision/inspect.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>

#include "core/jose/alg.h"
#include "core/jose/unverified.h"
#include "core/ssh/token_certificate.h"
#include "jwtctl/decision/certificate_file.h"
#include "jwtctl/decision/certificate_text.h"
#include "jwtctl/decision/claim_list.h"
#include "jwtctl/decision/why_no_jwt.h"
#include "jwtctl/exit_code.h"

namespace pamjwt::ctl {
namespace {

constexpr std::size_t kMaxNameColumn = 32;
constexpr std::size_t kTypeColumn = sizeof "boolean" - 1;

std::string Padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

void Print(const std::string& title, const Json& object, UnixTime now, std::ostream& out) {
  const std::vector<ListedClaim> claims = ListClaims(object, now);
  std::size_t width = 0;
  for (const ListedClaim& claim : claims) {
    width = std::max(width, std::min(claim.name.size(), kMaxNameColumn));
  }
  out << "\n" << title << "\n";
  for (const ListedClaim& claim : claims) {
    out << "  " << Padded(claim.name, width) << "  " << Padded(claim.type, kTypeColumn) << "  "
        << claim.value << "\n";
  }
}

/// Returns the length of the signatures of an algorithm, in bytes (RFC 7518 §3, RFC 8037 §3.1). For
/// RSA it is that of the shortest key that is accepted.
std::size_t LeastSignatureBytes(const AlgorithmInfo& info) {
  constexpr std::size_t kRsa2048 = 256;
  switch (info.key_type) {
    case KeyType::kRsa:
      return kRsa2048;
    case KeyType::kP256:
    case KeyType::kEd25519:
      return 64;
    case KeyType::kP384:
      return 96;
    case KeyType::kP521:
      return 132;
    case KeyType::kSecret:
      return info.digest_bytes;
  }
  return 0;
}

/// Returns a sentence if the signature is too short for the alg of the header, or "". Only the last
/// part of a token can be cut off without a trace in the other parts.
std::string DescribeShortSignature(std::string_view token, const Json& header) {
  const Json* const alg = header.Find("alg");
  const std::string* const name = alg == nullptr ? nullptr : alg->AsString();
  if (name == nullptr) return "";
  const std::optional<Algorithm> algorithm = FindAlgorithm(*name);
  if (!algorithm.has_value()) return "";
  // Four characters of base64url are three bytes.
  const std::size_t bytes = (token.size() - token.rfind('.') - 1) * 3 / 4;
  const std::size_t least = LeastSignatureBytes(Info(*algorithm));
  if (bytes >= least) return "";
  return "The signature has " + std::to_string(bytes) + " bytes, and " + *name + " makes " +
         std::to_string(least) + " or more: the token was cut short.\n";
}

/// Prints the header and the claims of a token, with `whose` in front of the titles.
Status PrintToken(std::string_view token, const std::string& whose, UnixTime now,
                  std::ostream& out) {
  const Result<UnverifiedToken> read = ReadUnverified(token);
  if (!read.ok()) {
    return Error{read.error().reason,
                 WhyNoJwt(token).value_or("not a JWT: " + read.error().detail)};
  }
  Print(whose + "header", read.value().header, now, out);
  Print(whose + "claims, each under the name that claim = takes", read.value().payload, now, out);
  const std::string short_signature = DescribeShortSignature(token, read.value().header);
  if (!short_signature.empty()) out << "\n" << short_signature;
  return Ok();
}

int Fail(const std::string& detail, std::ostream& err) {
  err << "jwtctl inspect: " << detail << "\n";
  return kNo;
}

}  // namespace

int RunInspect(std::string_view token, UnixTime now, std::ostream& out, std::ostream& err) {
  std::ostringstream shown;
  const Status printed = PrintToken(token, "", now, shown);
  if (!printed.ok()) return Fail("this is " + printed.error().detail, err);
  out << "Nothing of this is verified: anybody can write a token like this. See jwtctl explain.\n"
      << shown.str();
  return kOk;
}

int RunInspectCertificate(std::string_view text, UnixTime now, std::ostream& out,
                          std::ostream& err) {
  const Result<CertificateFile> line = ParseCertificateFile(text);
  if (!line.ok()) return Fail(line.error().detail, err);
  const Result<std::string> described = DescribeCertificate(line.value().certificate, now);
  if (!described.ok()) return Fail(described.error().detail, err);
  out << "Nothing of this is verified: anybody can make a certificate like this. See jwtctl "
         "explain "
         "--certificate.\n\ncertificate\n"
      << described.value();
  const Result<CarriedTokens> parts = ReadCarriedTokens(line.value().certificate);
  if (!parts.ok()) return Fail(parts.error().detail, err);
  const Status token = PrintToken(parts.value().token, "", now, out);
  if (!token.ok()) return Fail("the token is " + token.error().detail, err);
  if (parts.value().binding.empty()) return kOk;
  const Status login = PrintToken(parts.value().binding, "the login's token: ", now, out);
  return login.ok() ? kOk : Fail("the login's token is " + login.error().detail, err);
}

}  // namespace pamjwt::ctl
