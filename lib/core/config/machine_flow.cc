#include "core/config/machine_flow.h"

namespace pamjwt {

bool IsOfMachine(ClientFlow flow) {
  switch (flow) {
    case ClientFlow::kCode:
    case ClientFlow::kDevice:
    case ClientFlow::kPaste:
      return false;
    case ClientFlow::kClientCredentials:
    case ClientFlow::kJwtBearer:
    case ClientFlow::kTokenExchange:
      return true;
  }
  return false;
}

}  // namespace pamjwt
