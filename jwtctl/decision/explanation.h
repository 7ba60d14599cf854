#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/login/decide.h"
#include "jwtctl/text/text_style.h"

namespace pamjwt::ctl {

/// A step of a decision as it is printed.
struct ExplainedStep {
  std::string step;
  bool ok = false;
  std::string detail;
  std::string rule;  ///< "pam_jwt.toml:31"; empty: no line of the configuration decided
};

/// A decision with all that `explain` says of it.
struct Explanation {
  Reason reason = Reason::kInternal;
  std::string_view pam_code;  ///< its name
  std::vector<ExplainedStep> steps;
  std::string detail;        ///< of the reason; empty if accepted
  std::string rule;          ///< the line that decided
  std::string issuer;        ///< the administrator's name of it; empty: none was found
  std::string user_message;  ///< what the module tells the person; empty: nothing
};

/// "accepted", "refused" or "no_verdict".
std::string_view Verdict(Reason reason);

/// One JSON object. docs call its members stable: they are only ever added to.
std::string ToJson(const Explanation& explanation);

/// Lines for people.
std::string ToText(const Explanation& explanation, const TextStyle& style);

}  // namespace pamjwt::ctl
