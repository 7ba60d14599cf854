#include "jwtctl/doctor/program_rules.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

namespace pamjwt::ctl {
namespace {

/// A program that takes short passwords only, by the name of its PAM service.
struct ShortProgram {
  std::string_view service;
  const char* name;
  int bytes;  ///< of the longest password that reaches PAM whole
};

constexpr ShortProgram kShortPrograms[] = {
    {"monit", "Monit", 186},
    {"ocserv", "ocserv", 449},
    {"openvpn", "OpenVPN", 127},
    {"proftpd", "ProFTPD", 511},
    {"pure-ftpd", "pure-ftpd", 511},
    {"saslauthd", "saslauthd", 254},
    {"smtp", "saslauthd, which asks for Postfix and others,", 254},
    {"vsftpd", "vsftpd", 128},
    {"xrdp-sesman", "xrdp", 511},
};

/// The bytes of a small token: ES256, and few claims. No token of a usual provider is shorter.
constexpr int kSmallToken = 450;

Finding Judge(const ShortProgram& program, const ServiceStack& stack) {
  const std::string carries = std::string(program.name) + " carries passwords of at most " +
                              std::to_string(program.bytes) + " bytes";
  if (program.bytes < kSmallToken) {
    return {Health::kWarning, "program.no_token", stack.file,
            carries + ": too short for a token, so no token gets in",
            "`jwtctl disable " + stack.service + "`"};
  }
  return {Health::kOk, "program.short_token", stack.file, carries + ": a longer token is refused",
          "keep tokens for it small: ES256, and few claims"};
}

}  // namespace

std::optional<Finding> JudgeProgram(const ServiceStack& stack) {
  const auto* const found =
      std::find_if(std::begin(kShortPrograms), std::end(kShortPrograms),
                   [&](const ShortProgram& program) { return program.service == stack.service; });
  if (found == std::end(kShortPrograms) || !stack.AsksForTokens()) return std::nullopt;
  return Judge(*found, stack);
}

Findings JudgePrograms(const PamServices& services) {
  Findings findings;
  for (const ServiceStack& stack : services.stacks) {
    if (auto finding = JudgeProgram(stack)) findings.push_back(*std::move(finding));
  }
  return findings;
}

}  // namespace pamjwt::ctl
