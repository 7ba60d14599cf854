#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/ssh/certificate.h"
#include "fuzz/property.h"
#include "jwtctl/decision/certificate_text.h"
#include "text/printable.h"

namespace pamjwt::test {
namespace {

/// Checks that no certificate can control the terminal of an administrator who looks at it.
void CheckText(ByteView blob) {
  const Result<SshCertificate> certificate = ParseSshCertificate(blob);
  if (!certificate.ok()) return;
  const Result<std::string> text =
      ctl::DescribeCertificate(certificate.value(), UnixTime{1700000000});
  Require(text.ok(), "every certificate can be described");
  std::string line = text.value();
  constexpr std::ptrdiff_t kMostLines = 9;
  Require(std::count(line.begin(), line.end(), '\n') <= kMostLines, "each field has one line");
  std::replace(line.begin(), line.end(), '\n', ' ');
  Require(Printable(line) == line, "all of it is printable");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::CheckText({data, size});
  return 0;
}
