#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "io/process_stat.h"

namespace pamjwt::test {
namespace {

/// Writes what ParseProcessStat() reads, with any name of the program: users choose it.
std::string Write(const ProcessStat& stat, std::string_view name) {
  return std::to_string(stat.id.pid) + " (" + std::string(name) + ") " + stat.state + " " +
         std::to_string(stat.parent) + " 0 " + std::to_string(stat.session) + " 0 -1 " +
         (stat.is_kernel ? "2097152" : "0") + " 0 0 0 0 0 0 0 0 20 0 1 0 " +
         std::to_string(stat.id.start) + " 0\n";
}

void Check(std::string_view text) {
  const std::optional<ProcessStat> stat = ParseProcessStat(text);
  if (stat.has_value()) {
    Require(stat->id.pid > 0 && stat->id.start >= 0, "it is one process");
    Require(stat->parent >= 0 && stat->session >= 0, "none of its pids is a group");
    Require(ParseProcessStat(Write(*stat, "sh")) == stat, "it reads back");
  }
  const ProcessStat mine{{77, 5}, 3, 4, 'S', false};
  Require(ParseProcessStat(Write(mine, text)) == mine, "a name changes nothing");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
