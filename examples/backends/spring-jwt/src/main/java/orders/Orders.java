package orders;

import java.security.Principal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Orders of the person who asks: the principal's name is the user's id. */
@SpringBootApplication
@RestController
public class Orders {
  record NewOrder(String item) {}

  record Order(String user, String item) {}

  private final List<Order> orders = new CopyOnWriteArrayList<>();

  public static void main(String[] args) {
    SpringApplication.run(Orders.class, args);
  }

  @GetMapping("/orders")
  List<Order> list(Principal user) {
    return orders.stream().filter(order -> order.user().equals(user.getName())).toList();
  }

  @PostMapping("/orders")
  @ResponseStatus(HttpStatus.CREATED)
  Order create(Principal user, @RequestBody NewOrder order) {
    var made = new Order(user.getName(), order.item());
    orders.add(made);
    return made;
  }

  void move(String user, String survivor) {
    orders.replaceAll(order -> order.user().equals(user) ? new Order(survivor, order.item()) : order);
  }

  void remove(String user) {
    orders.removeIf(order -> order.user().equals(user));
  }
}
