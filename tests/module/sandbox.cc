#include "module/sandbox.h"

namespace pamjwt::test {
namespace {

std::string Line(std::string_view type, std::string_view control, std::string_view module,
                 std::string_view options) {
  std::string line;
  for (const std::string_view word : {type, control, module, options}) {
    line.append(word).append(" ");
  }
  return line + "\n";
}

}  // namespace

Sandbox::Sandbox() {
  // Without this stack libpam complains in the log.
  WriteStack("other", "auth requisite pam_deny.so\n");
}

void Sandbox::WriteStack(std::string_view service, std::string_view lines) const {
  Write("pam.d/" + std::string(service), lines);
}

std::string JwtLine(std::string_view type, std::string_view control, std::string_view options) {
  return Line(type, control, PAMJWT_MODULE, options);
}

std::string ProbeLine(std::string_view type, std::string_view control, std::string_view options) {
  return Line(type, control, PAMJWT_PROBE, options);
}

}  // namespace pamjwt::test
