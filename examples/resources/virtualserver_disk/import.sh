# By namespace and name of a DataVolume, or of a PersistentVolumeClaim that has none
terraform import virtualserver_disk.data default/data
