#include "platform/system.hpp"

#include <unistd.h>

namespace ddx {

long process_id() { return getpid(); }

}  // namespace ddx
