#pragma once

#include <string>
#include <string_view>

#include "core/base/origin.h"
#include "core/base/result.h"

namespace pamjwt {

/// One step of a decision, for `jwtctl explain`.
struct Step {
  std::string_view name;  ///< stable: "signature", "audience", ...
  bool ok = false;
  std::string detail;  ///< what was compared with what
  Origin rule{};       ///< the line of the configuration that it was compared with
};

/// Somebody who watches a decision. The module has none: then no text is made at all.
class Trace {
 public:
  Trace() = default;
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
  virtual ~Trace() = default;

  virtual void Add(Step step) = 0;
};

/// Hands `result` on, and tells `trace` (which may be null) of it: if it holds, with `rule` and
/// what `detail` says, else with the line and the detail of the error.
template <typename T, typename Detail>
Result<T> Traced(Trace* trace, std::string_view name, Origin rule, Result<T> result,
                 const Detail& detail) {
  if (trace == nullptr) return result;
  if (result.ok()) {
    trace->Add({name, true, detail(result.value()), rule});
  } else {
    const Error& error = result.error();
    trace->Add({name, false, error.detail, error.rule});
  }
  return result;
}

}  // namespace pamjwt
